# %% [markdown]
# # 3. The formula
#
# In lesson 2 a network counted with weights set by hand. This lesson takes its formula apart, puts it together again
# in three ways, and checks after each that the numbers stay the same. In the end one part is left out, the one that
# much teaching code leaves out, and you see what that costs.
#
# ## Symbol by symbol
#
#     h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)
#
# | symbol | is | here |
# | --- | --- | --- |
# | `x_t` | the input at step t | 4 numbers |
# | `h_{t-1}` | the state after the step before; `h_0` is 0 | 3 numbers |
# | `W_ih`, `b_ih` | weights and bias from *input* to *hidden* | a 3 x 4 matrix, 3 numbers |
# | `W_hh`, `b_hh` | weights and bias from *hidden* to *hidden* | a 3 x 3 matrix, 3 numbers |
# | `tanh` | the activation: it bends every number into the range from -1 to 1 | |
# | `h_t` | the new state | 3 numbers |
#
# A step is thus two linear maps, one of what is new and one of what is remembered. Their sum is bent by tanh. PyTorch
# has this network as `nn.RNN`. Draw one with random weights and let the formula compete with it:

# %%
import torch
from torch import Tensor, nn

torch.manual_seed(0)
theirs = nn.RNN(input_size=4, hidden_size=3, batch_first=True)
W_ih, W_hh, b_ih, b_hh = (parameter.detach() for parameter in theirs.parameters())
inputs = torch.randn(1, 6, 4)  # one sequence of six steps, four numbers each

h = torch.zeros(3)
by_hand = []
for x in inputs[0]:
    h = torch.tanh(W_ih @ x + b_ih + W_hh @ h + b_hh)
    by_hand.append(h)


def difference(ours: Tensor, others: Tensor) -> str:
    """The largest difference between two lists of numbers; less than a millionth is the rounding of 32-bit floats."""
    largest = (ours - others).detach().abs().max().item()
    return "less than 0.000001" if largest < 1e-6 else f"{largest:.3f}"


states, last = theirs(inputs)
print("formula and nn.RNN differ by", difference(torch.stack(by_hand), states[0]))

# %% [markdown]
# ## Two biases or one
#
# The formula adds `b_ih` and `b_hh`, so only their sum matters. Move a part of one into the other, and nothing
# changes:

# %%
moved = torch.tensor([0.3, -0.2, 0.1])
with torch.no_grad():
    b_ih += moved  # these are the tensors that the network itself uses
    b_hh -= moved
print("after moving a part of the bias:", difference(theirs(inputs)[0], states))

# %% [markdown]
# PyTorch keeps two because its GRU needs two: there a gate multiplies one of them (lesson 5). In this network one
# would do, and heed's own has one. That is why you see the formula in both forms. They describe the same networks.
#
# ## One map instead of two
#
# Lay the input and the old state end to end, `[x_t, h_{t-1}]`, and lay the two matrices side by side in the same
# order. Then one map does the work of two. In `model/networks/elman.py` it is called `i2h`, "input to hidden":
#
#     h_t = tanh(i2h([x_t, h_{t-1}]))        i2h.weight = [W_ih W_hh]        i2h.bias = b_ih + b_hh

# %%
from model.networks.elman import Elman, ElmanConfig

ours = Elman(ElmanConfig(n_mfcc=4, hidden_size=3, n_labels=3))
with torch.no_grad():
    ours.i2h.weight.copy_(torch.cat([W_ih, W_hh], dim=1))
    ours.i2h.bias.copy_(b_ih + b_hh)
    log_posteriors, our_last = ours.sequence(inputs)
print("heed's Elman and nn.RNN differ by", difference(our_last, last[0]))

# %%
from matplotlib.figure import Figure

from lessons.pictures import show

figure = Figure(figsize=(6, 2.6), layout="constrained")
axes = figure.subplots()
axes.imshow(ours.i2h.weight.detach(), cmap="RdBu", vmin=-0.6, vmax=0.6)
axes.axvline(3.5, color="black", lw=3)
axes.set_xticks(range(7), ["$x_1$", "$x_2$", "$x_3$", "$x_4$", "$h_1$", "$h_2$", "$h_3$"])
axes.set_yticks(range(3), ["new $h_1$", "new $h_2$", "new $h_3$"])
axes.set_title("W_ih reads the input       |       W_hh reads the state")
show(figure, "The weights of i2h as coloured squares: four columns that read the input, three that read the state")

# %% [markdown]
# ## The output
#
# A state is not an answer yet. A second map, `i2o`, reads the same `[x_t, h_{t-1}]` and gives a number for every
# possible answer, here three. These raw scores are called **logits**. They may be any numbers, and only their
# differences matter. The **softmax** makes probabilities of them: it raises e to the power of each and divides by the
# sum. So all are positive and they add up to 1. A logit that is greater by 1 makes an answer e = 2.7 times as likely.

# %%
logits = torch.tensor([2.0, 1.0, -1.0])
posteriors = logits.softmax(dim=0)
print("logits:          ", logits.tolist())
print("e to their power:", [round(power, 2) for power in logits.exp().tolist()])
print("softmax:         ", [round(posterior, 3) for posterior in posteriors.tolist()])
print("all logits + 10: ", [round(posterior, 3) for posterior in (logits + 10).softmax(dim=0).tolist()])

# %% [markdown]
# heed's `Elman` returns the logarithm of the softmax. Logarithms of probabilities can be added where probabilities
# would be multiplied, and a very small probability does not become 0. The whole cell:

# %%
import inspect

print(inspect.getsource(Elman.step))

# %% [markdown]
# ## Twins that are not the same
#
# `i2h` and `i2o` look like twins. Both read `[x_t, h_{t-1}]`, both are linear. Are state and output the same thing
# then? Give both the same weights (that takes as many answers as states, three here) and compare, before and after
# the functions that follow them:

# %%
x_and_h = torch.cat([inputs[0, :1], torch.tensor([[0.5, -0.3, 0.1]])], dim=1)
other = Elman(ElmanConfig(n_mfcc=4, hidden_size=3, n_labels=3))
same = Elman(ElmanConfig(n_mfcc=4, hidden_size=3, n_labels=3))
same.i2o.load_state_dict(same.i2h.state_dict())
with torch.no_grad():
    for weights, network in {"same weights": same, "own weights": other}.items():
        hidden, output = network.i2h(x_and_h), network.i2o(x_and_h)
        print(f"{weights}, before tanh and softmax: they differ by {difference(hidden, output)}")
        print(f"{weights}, after tanh and softmax:  they differ by {difference(hidden.tanh(), output.log_softmax(1))}")

# %% [markdown]
# They are equal in one of four cases only: the same weights, and before tanh and softmax. In every real network each
# has weights of its own, because each has its own job. The state must keep what the *next* steps need. The output
# must answer *now*. The state goes round, the output leaves.
#
# Beware of the word "output" in PyTorch: `nn.RNN` has no `i2o`. What it returns first is the state after every step,
# and what it returns second is the last of these states once more:

# %%
print("last step of nn.RNN's first result, and its second:", difference(states[0, -1], last[0, 0]))

# %% [markdown]
# ## What the usual teaching code leaves out
#
# Many introductions write the cell like this, and it runs and even learns something:
#
#     hidden = self.i2h(x_and_h)                  # no tanh
#     output = self.softmax(self.i2o(x_and_h))
#
# The tanh is missing. Then every step is linear, and linear maps one after another are again a linear map. However
# many steps it takes, such a network only adds up its inputs, each with fixed weights. Nothing that was heard can
# change *how* something later is heard. You can see it: what the network makes of two sequences together is the sum
# of what it makes of each.

# %%
first, second = 2 * torch.randn(1, 6, 4), 2 * torch.randn(1, 6, 4)
modules: dict[str, nn.Module] = {"without tanh": nn.Identity(), "with tanh": nn.Tanh()}
with torch.no_grad():
    for name, activation in modules.items():
        torch.manual_seed(1)
        network = Elman(ElmanConfig(n_mfcc=4, hidden_size=3, n_labels=3), activation)
        network.i2h.bias.zero_()
        (_, of_first), (_, of_second), (_, of_both) = (
            network.sequence(sequence) for sequence in (first, second, first + second)
        )
        print(f"{name + ':':13} state of the sum, and sum of the states: {difference(of_both, of_first + of_second)}")

# %% [markdown]
# Is that a loss? Here is a task that takes a memory and a decision: two pulses come one after the other, each up or
# down. Did both go the same way? No weighted sum of the two can tell. (Up-up and down-down are to give one answer,
# up-down and down-up the other. What is added for "up" in one case must be taken off in the other.)

# %%
PULSES = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
sequences = torch.zeros(4, 7, 1)
sequences[:, 0, 0], sequences[:, 3, 0] = PULSES.T  # the pulses come at the first and the fourth step
answers = torch.tensor([1, 0, 0, 1])  # 1: the same way


def learned(activation: nn.Module) -> tuple[list[float], Tensor]:
    """Train a small network on the four sequences. Return the loss of each step of training, and its answers."""
    torch.manual_seed(0)
    network = Elman(ElmanConfig(n_mfcc=1, hidden_size=8, n_labels=2), activation)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    losses = []
    for _ in range(500):
        loss = nn.functional.nll_loss(network(sequences), answers)  # of log-posteriors
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, network(sequences).exp()[:, 1].detach()


figure = Figure(figsize=(7, 3), layout="constrained")
axes = figure.subplots()
for name, activation in modules.items():
    losses, answered = learned(activation)
    axes.plot(losses, label=name)
    print(f"{name + ':':13} probability of 'the same way':", [round(posterior, 2) for posterior in answered.tolist()])
axes.set(xlabel="step of training", ylabel="loss", ylim=(0, 0.8))
axes.axhline(0.693, color="grey", ls="dotted", label="guessing")
axes.legend()
show(figure, "The loss during training: with tanh it falls to zero, without it stays at that of guessing")

# %% [markdown]
# The **loss** measures how wrong the answers are: the mean of minus the log-probability of what is right. Guessing
# between two costs ln 2 = 0.693. Without tanh the network can only guess. With tanh it learns the task.
#
# The other loss is the one you saw in lesson 2: without tanh nothing bounds the state. With a spectral radius above 1
# it grows without end.
#
# ## Try it
#
# - Write the step of `nn.RNN` as one line of NumPy.
# - `i2o` reads `x_t` and the old state. A linear layer behind `nn.RNN` reads the new state `h_t` alone. Does it know
#   less?
# - Put the second pulse further from the first: 10, 20, 50 steps. From where on does training fail with tanh, too?
#   Lesson 5 explains why.
# - Replace tanh by `nn.ReLU()`. Does the network learn the task? Does it bound the state?
