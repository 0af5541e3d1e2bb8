# %% [markdown]
# # 4. Heartbeats
#
# The networks of these lessons now read something real: half an hour of the heartbeats of 43 people. They are to find
# the beats that the **ventricles**, the large chambers of the heart, began by themselves, too early. You see what
# memory adds, where a rule does better than a network, and how to test without fooling yourself.
#
# **Nothing here is a medical device.** Don't use it to judge anybody's heart, nor your own. The recordings are old, the
# people few, and the networks wrong in ways that you will see.
#
# ## Beats
#
# In an ECG a beat is marked at its highest peak, called R. From one R to the next it takes the time **RR**. Each beat
# here is 28 numbers, the wave around its mark, and the RR before it. Cardiologists gave each a letter: N normal, S
# early but begun above the ventricles, V begun by the ventricles, F a normal and a ventricular beat fused into one.

# %%
import numpy as np
import torch
from matplotlib.figure import Figure
from torch import Tensor, nn

from lessons.beats import RATE, STRIP_SECONDS, TEST, TRAINING, Recording, read_beats, read_strips
from lessons.pictures import show

recordings, strips = read_beats(), read_strips()
for name, half in {"training": TRAINING, "test": TEST}.items():
    groups = np.concatenate([recordings[number].groups for number in half])
    print(f"{name}: {len(half)} recordings, {len(groups):,} beats, {np.sum(groups == 'V'):,} of them ventricular")


def in_strip(number: int) -> slice:
    """Which beats of a recording its strip shows."""
    start = strips[number].start
    first, end = np.searchsorted(recordings[number].times, [start, start + STRIP_SECONDS])
    return slice(int(first), int(end))


times = np.arange(STRIP_SECONDS * RATE) / RATE
shown = in_strip(228)
figure = Figure(figsize=(9, 2.4), layout="constrained")
axes = figure.subplots()
axes.plot(times, strips[228].ecg, lw=1)
for time, group in zip(recordings[228].times[shown] - strips[228].start, recordings[228].groups[shown], strict=True):
    axes.text(time, 2.6, group, ha="center", color="C3" if group == "V" else "black")
axes.set(xlabel="seconds", ylabel="mV", ylim=(-2.5, 3.2))
show(
    figure, "Ten seconds of an ECG: three ventricular beats among normal ones, early, wide and each followed by a pause"
)

# %% [markdown]
# No person is both in training and in the test: beats of one heart look alike, and a network that has seen a heart
# scores too well on it. (That is why recording 202 is missing: it is the man of 201.)
#
# ## What a rule can do
#
# Too slow, too fast, irregular: for that you need no network. Three lines in `lessons/rhythm.py` ask ten seconds of RR:
# is the median rate below 60 or above 100 beats a minute, and is the median change from one RR to the next more than a
# tenth? Medians, so that one early beat does not raise an alarm.

# %%
from lessons.rhythm import beats_a_minute, findings, unevenness

figure = Figure(figsize=(9, 6), layout="constrained")
for axes, number in zip(figure.subplots(4, 1, sharex=True), (100, 117, 215, 219), strict=True):
    intervals = recordings[number].intervals[in_strip(number)]
    found = " and ".join(findings(intervals)) or "nothing unusual"
    axes.plot(times, strips[number].ecg, lw=0.8)
    axes.plot(recordings[number].times[in_strip(number)] - strips[number].start, np.full(len(intervals), -1.5), "k|")
    axes.set(
        title=f"{beats_a_minute(intervals):.0f} beats a minute, RR changes by {unevenness(intervals):.0%}: {found}",
        ylabel="mV",
        ylim=(-2, 3),
    )
axes.set(xlabel="seconds")
show(figure, "Four strips with their beats marked: one with nothing unusual, one too slow, one too fast, one irregular")

# %% [markdown]
# The last strip is atrial fibrillation. The rule only says *irregular*: beats that are early every second time are that
# too. A network that names fibrillation would need more people to learn from: of the training half only two had it.
#
# ## Reading beat by beat
#
# Whether a beat is *early* depends on the beats before it: 0.6 seconds are early in a heart that takes 0.9, and late in
# one that takes 0.5. So something must remember. `Elman` is the network of lesson 3 and `GRU` that of lesson 5, with
# one beat a step instead of one frame. Each takes a beat into its state, then answers from the state, so that there is
# an answer for every beat. To see what memory is worth, the textbook network also reads **without memory**: each beat
# is a sequence of its own, and the state begins at zero.

# %%
from collections.abc import Callable

from model.networks.elman import Elman, ElmanConfig
from model.networks.gated import GRU, GRUConfig

N_STATES = 32
Make = Callable[[int], Elman | GRU]  # from the number of inputs
Read = Callable[[Elman | GRU, Tensor], Tensor]


def read_in_order(network: Elman | GRU, beats: Tensor) -> Tensor:
    """Read ``(batch, beat, number)``; return the logits of "other" and "ventricular", ``(batch, beat, 2)``."""
    if isinstance(network, GRU):
        return network.classify(network.rnn(beats)[0])
    h = beats.new_zeros(len(beats), N_STATES)
    states = []
    for x in beats.unbind(dim=1):
        _, h = network.step(x, h)
        states.append(h)
    return network.classify(torch.cat([beats, torch.stack(states, dim=1)], dim=-1))


def read_without_memory(network: Elman | GRU, beats: Tensor) -> Tensor:
    logits: Tensor = read_in_order(network, beats.flatten(0, 1)[:, None]).unflatten(0, beats.shape[:2])
    return logits[:, :, 0]


def textbook(n_inputs: int) -> Elman:
    return Elman(ElmanConfig(n_mfcc=n_inputs, n_labels=2, hidden_size=N_STATES))


def gru(n_inputs: int) -> GRU:
    return GRU(GRUConfig(n_mfcc=n_inputs, n_labels=2, hidden_size=N_STATES, n_layers=1, dropout=0.0))


readings: dict[str, tuple[Make, Read]] = {
    "without memory": (textbook, read_without_memory),
    "textbook RNN": (textbook, read_in_order),
    "GRU": (gru, read_in_order),
}

# %% [markdown]
# A **logit** is a number before the softmax that makes probabilities of it; the larger of the two wins. Training cuts
# the recordings into pieces of 20 beats; the test reads each half hour from start to end in one go. Fused beats are
# half of each kind, so they count neither way, as the standard for such tests has it. The settings (32 numbers
# of state, ten rounds, the learning rate) were chosen on the training half alone: networks learned from two thirds of
# its people and were judged on the others, three times in turn.

# %%
from torch.nn.utils.rnn import pad_sequence

N_PIECE, N_BATCH, N_ROUNDS, LEARNING_RATE = 20, 64, 10, 0.01
NOT_COUNTED = -100  # the answer that cross_entropy leaves out
Inputs = Callable[[Recording], Tensor]  # a recording to what the network reads, (beat, number)


def answers(recording: Recording) -> Tensor:
    """For each beat 1 if it is ventricular, else 0: ``(beat,)``."""
    right = torch.from_numpy((recording.groups == "V").astype(np.int64))
    return right.masked_fill(torch.from_numpy(np.isin(recording.groups, ["F", "Q"])), NOT_COUNTED)


def pieces(of: Callable[[Recording], Tensor]) -> Tensor:
    """Cut what ``of`` gives for the training recordings into pieces: ``(piece, beat, ...)``."""
    whole = [of(recordings[number]) for number in TRAINING]
    return torch.cat([values[: len(values) // N_PIECE * N_PIECE].unflatten(0, (-1, N_PIECE)) for values in whole])


def learn(make: Make, read: Read, inputs: Inputs, seed: int) -> Elman | GRU:
    beats, right = pieces(inputs), pieces(answers)
    torch.manual_seed(seed)
    network = make(beats.shape[-1])
    optimizer = torch.optim.Adam(network.parameters(), LEARNING_RATE)
    n_batches = len(beats) // N_BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=N_ROUNDS * n_batches)
    for _ in range(N_ROUNDS):
        for batch in torch.randperm(len(beats))[: n_batches * N_BATCH].split(N_BATCH):
            logits = read(network, beats[batch])
            loss = nn.functional.cross_entropy(logits.flatten(0, 1), right[batch].flatten(), ignore_index=NOT_COUNTED)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)  # no step goes too far
            optimizer.step()
            schedule.step()
    return network


def judge(network: Elman | GRU, read: Read, inputs: Inputs) -> Tensor:
    """Read all test recordings: is each beat taken for ventricular? ``(recording, beat)``, padded at the end."""
    with torch.no_grad():
        return read(network, pad_sequence([inputs(recordings[number]) for number in TEST], True)).argmax(dim=-1) == 1


ventricular = pad_sequence([answers(recordings[number]) for number in TEST], True, NOT_COUNTED)


def score(alarms: Tensor) -> str:
    found = (alarms & (ventricular == 1)).sum().item()
    wrong = (alarms & (ventricular == 0)).sum().item()
    n_ventricular = (ventricular == 1).sum().item()
    return f"sensitivity {found / n_ventricular:.2f}, positive predictivity {found / (found + wrong):.2f}"


# %% [markdown]
# **Sensitivity** is the share of the ventricular beats that are found, **positive predictivity** the share of the
# alarms that are right. (Accuracy would tell nothing: 93 of 100 beats are not ventricular, so never raising an alarm
# is 93 % right.) First, only RR, no wave:


# %%
def interval(recording: Recording) -> Tensor:
    """RR as its logarithm, since what matters is by which share it is shorter: ``(beat, 1)``, about -3 to 3."""
    return (torch.from_numpy(recording.intervals).clamp(0.2, 3.0).log()[:, None] + 0.3) / 0.25


by_interval = {}
for name, (make, read) in readings.items():
    by_interval[name] = learn(make, read, interval, seed=0)
    print(f"{name:15} {score(judge(by_interval[name], read, interval))}")

# %% [markdown]
# Without memory a network can only say that RR below some number is early, for all hearts alike. What does the one
# with memory do? Let it read two hearts of our own making, whose last beat has the same RR:

# %%
for name, past in {"after RR of 0.9 s": 0.9, "after RR of 0.5 s": 0.5}.items():
    heart = torch.tensor([past] * 15 + [0.5]).log()[None, :, None]
    logits = read_in_order(by_interval["textbook RNN"], (heart + 0.3) / 0.25)
    print(f"0.5 s {name}: ventricular with {logits[0, -1].softmax(dim=-1)[1].item():.0%}")

# %% [markdown]
# The same number, and two answers. The past is in the state.
#
# ## With the wave
#
# Now with the 28 values of the wave, from three seeds each, because a seed alone decides more than you might think:


# %%
def wave(recording: Recording) -> Tensor:
    return torch.cat([interval(recording), torch.from_numpy(recording.waves)], dim=1)


networks, alarms = {}, {}
for name, (make, read) in readings.items():
    for seed in (2, 1, 0):  # the pictures below show the last
        networks[name] = learn(make, read, wave, seed)
        alarms[name] = judge(networks[name], read, wave)
        print(f"{name:15} seed {seed}: {score(alarms[name])}")

# %%
ROWS = {"N": "normal", "S": "early, from above", "F": "fused", "V": "ventricular"}
groups = np.concatenate([recordings[number].groups for number in TEST])
figure = Figure(figsize=(9, 3), layout="constrained")
for axes, (name, raised) in zip(figure.subplots(1, 3, sharey=True), alarms.items(), strict=True):
    alarm = np.concatenate([of[: len(recordings[n].groups)] for n, of in zip(TEST, raised.numpy(), strict=True)])
    counts = np.array([[np.sum(~alarm[groups == row]), np.sum(alarm[groups == row])] for row in ROWS])
    axes.imshow(counts / counts.sum(axis=1, keepdims=True), cmap="Blues", vmin=0, vmax=1.5, aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        axes.text(column, row, f"{count:,}", ha="center", va="center")
    axes.set(title=name, xticks=[0, 1], xticklabels=["other", "ventricular"], xlabel="taken for")
    axes.set_yticks(range(len(ROWS)), list(ROWS.values()))
show(figure, "How many beats of each kind each of the three networks takes for ventricular and how many for another")

# %% [markdown]
# Whose beats raise the false alarms of the textbook network?

# %%
false_alarms = (alarms["textbook RNN"] & (ventricular == 0)).sum(dim=1)
for place in false_alarms.argsort(descending=True)[:3].tolist():
    print(f"recording {TEST[place]}: {false_alarms[place].item()} of {false_alarms.sum().item()}")

# %% [markdown]
# A network that reads the wave needs its memory less, since a ventricular beat is also wide, and that shows in the beat
# itself. Memory still finds about half of the beats that are missed without it. The textbook network and the GRU are
# close here: what matters lies a few beats back, and no gradient vanishes on so short a way. And look at the positive
# predictivity: from one seed to another it swings by a tenth, as much as the networks differ in it, and a few people
# make most of the false alarms. With 21 hearts in the test, a difference of some hundredths says nothing.
#
# ## One beat, step by step
#
# The textbook network reads the strip from above. Each column is the state after a beat, 32 numbers between -1 and 1.

# %%
network = networks["textbook RNN"]
assert isinstance(network, Elman)
beats = wave(recordings[228])
h = torch.zeros(1, N_STATES)
states, chances = [], []
with torch.no_grad():
    for x in beats[: shown.stop, None]:
        _, h = network.step(x, h)
        states.append(h[0])
        chances.append(network.classify(torch.cat([x, h], dim=-1)).softmax(dim=-1)[0, 1].item())

letters = recordings[228].groups[shown]
figure = Figure(figsize=(9, 4.5), layout="constrained")
above, below = figure.subplots(2, 1, sharex=True, height_ratios=[1, 2])
above.bar(range(len(letters)), chances[shown], color=["C3" if letter == "V" else "C0" for letter in letters])
above.set(title="probability of ventricular", ylim=(0, 1))
below.imshow(torch.stack(states[shown]).T, aspect="auto", cmap="RdBu", interpolation="none", vmin=-1, vmax=1)
below.set(ylabel="number of the state", xlabel="beat")
below.set_xticks(range(len(letters)), letters.tolist())
show(
    figure,
    "The probability of ventricular and the hidden state after each beat, which changes at every step",
)

# %% [markdown]
# The network misses the last ventricular beat, and it takes the normal beat before the second for one. Now the first of
# them alone: what the step reads, and the state before and after it.

# %%
place = shown.start + int(np.argmax(letters == "V"))
figure = Figure(figsize=(9, 2.8), layout="constrained")
read_now, before, after = figure.subplots(1, 3)
read_now.plot(
    beats[place - 1, 1:], color="0.7", label=f"the beat before, RR {recordings[228].intervals[place - 1]:.2f} s"
)
read_now.plot(beats[place, 1:], color="C3", label=f"this beat, RR {recordings[228].intervals[place]:.2f} s")
read_now.set(title="$x_t$", ylabel="mV", ylim=(-2.5, 3.5))
read_now.legend(fontsize="x-small", loc="upper right")
before.bar(range(N_STATES), states[place - 1])
before.set(title="$h_{t-1}$", ylim=(-1, 1))
after.bar(range(N_STATES), states[place], color="C3")
after.set(title="$h_t$", ylim=(-1, 1))
show(figure, "One step: the wave of an early beat, the 32 numbers of the state before it and those after it")
print(f"probability of ventricular: {chances[place - 1]:.1%} at the beat before, {chances[place]:.1%} at this one")

# %% [markdown]
# ## What we know beforehand
#
# *Early* has a simple formula: RR divided by the median of the ten before it, and by the last one. Give these two
# numbers to the network **without memory**, along with the wave:


# %%
def ratios(recording: Recording) -> Tensor:
    rr = np.concatenate([np.full(10, np.median(recording.intervals[:10])), recording.intervals])
    usual = np.median(np.lib.stride_tricks.sliding_window_view(rr, 10)[:-1], axis=1)
    shares = np.stack([rr[10:] / usual, rr[10:] / rr[9:-1]], axis=1).clip(0.3, 3.0)
    return torch.cat([wave(recording), 4 * torch.from_numpy(shares.astype(np.float32)).log()], dim=1)


for seed in (2, 1, 0):
    network = learn(textbook, read_without_memory, ratios, seed)
    print(f"ratios, without memory, seed {seed}: {score(judge(network, read_without_memory, ratios))}")

# %% [markdown]
# Two numbers made by hand, and the network without memory finds nearly as many beats as those with it. Its alarms are
# right more often on average, and it hardly depends on the seed. All in all that beats both. Someone thought about
# hearts beforehand; the recurrent network had to find out from 22 recordings what to remember. Where you know what
# matters, compute it. For speech nobody has such a formula, and there the network has to learn it: that is lesson 5.
#
# ## Try it
#
# - Let the networks read each heart backwards (`beats.flip(1)`). A ventricular beat is followed by a pause. Does it
#   help to know what comes after?
# - The rule calls most of recording 232 regular, although its heart pauses for seconds. Why? Write the rule that finds
#   the pauses.
# - Move recording 233 from the test to training. By how much do the scores change? That is how much one heart counts.
#
# *The beats are from the MIT-BIH Arrhythmia Database (Moody and Mark, 2001) on PhysioNet (Goldberger and others, 2000),
# under the Open Data Commons Attribution License; see `lessons/data/README.md`.*
