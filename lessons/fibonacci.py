# %% [markdown]
# # 2. Fibonacci as a recurrence
#
# A recurrent network is a loop with a memory. You have written such a loop already, if you have ever computed the
# Fibonacci numbers: 1, 1, 2, 3, 5, 8, ..., each the sum of the two before it. This lesson starts from that loop and
# ends with heed's own network, with weights that you set by hand.
#
# ## The loop

# %%
a, b = 0, 1
numbers = []
for _ in range(10):
    numbers.append(b)
    a, b = b, a + b
print(numbers)

# %% [markdown]
# Look at what the loop keeps from one turn to the next: two numbers, `a` and `b`, and nothing else. They are its
# **state**, its whole memory of the past. The rule that makes the new state from the old one never changes. A rule
# that is applied again and again to its own result is called a **recurrence**.
#
# The rule only multiplies and adds, so it can be written as a matrix. The first row says "the new `a` is 0 times `a`
# plus 1 times `b`", the second "the new `b` is 1 times `a` plus 1 times `b`":

# %%
import torch

rule = torch.tensor([[0.0, 1.0], [1.0, 1.0]])
state = torch.tensor([0.0, 1.0])
for _ in range(5):
    state = rule @ state
    print(state.tolist())

# %% [markdown]
# ## The network
#
# This loop lives on its own. A network also listens: in every turn it reads something new, the **input** `x_t`. (The
# `t` counts the turns, which we call steps.) The textbook recurrent network, named after Jeffrey Elman, makes its new
# state `h_t` from that input and the old state:
#
#     h_t = activation(W [x_t, h_{t-1}] + bias)
#
# `[x_t, h_{t-1}]` is the input and the old state laid end to end, `W` is a matrix of **weights**, the **bias** is a
# list of numbers to add, and the activation is a bent curve, tanh, which lesson 3 looks at. Usually a network
# *learns* its weights from examples. Here you set them yourself. This is the class with which heed can recognize
# speech, from `model/networks/elman.py`; only its sizes are small, and its activation leaves every number as it is:

# %%
from torch import nn

from model.networks.elman import Elman, ElmanConfig

config = ElmanConfig(n_mfcc=1, hidden_size=2, n_labels=2)  # one number read at each step, two in the state
network = Elman(config, activation=nn.Identity())
with torch.no_grad():
    network.i2h.weight.copy_(torch.tensor([[0.0, 0.0, 1.0], [1.0, 1.0, 1.0]]))  # columns: x, a, b
    network.i2h.bias.zero_()

# %% [markdown]
# The name `i2h` means "input to hidden": the state is called *hidden* because it stays inside. Its first column
# belongs to the input, the other two are the rule from above:
#
#     new a =              b
#     new b = x  +  a  +   b
#
# The state begins at zero, and zero added to zero stays zero for ever. So we give the network a push: it reads a 1 at
# the first step and a 0 at every other. (Networks in PyTorch read several sequences side by side, a **batch**. Ours
# is a batch of one.)

# %%
h = torch.zeros(1, 2)  # (batch, state)
states = [h]
for push in [1.0] + [0.0] * 9:
    output, h = network.step(torch.tensor([[push]]), h)
    states.append(h)
print([int(state[0, 1]) for state in states[1:]])

# %% [markdown]
# The Fibonacci numbers, from a recurrent network. (`step` returns an output besides, which we ignore until lesson 3.)
#
# The picture shows the first steps. On the left is the network as it is: one cell, whose state goes round. On the
# right the same loop is **unrolled**: one copy of the cell for every step, side by side. The copies share their
# weights. There are not five networks, but one that is used five times. Red is what goes round.

# %%
from lessons.pictures import show
from lessons.unrolled import unrolled

pairs = [f"a={int(state[0, 0])}, b={int(state[0, 1])}" for state in states]
show(
    unrolled(["1", "0", "0", "0", "0"], pairs[:6]),
    "A cell whose state goes round, and the same cell unrolled into five steps with the states handed on",
)

# %% [markdown]
# Unrolling is more than a way to draw. PyTorch records exactly this chain while the network runs, and learning walks
# back along it, from the last step to the first. Lesson 5 shows how hard that walk can be.
#
# ## The input matters, and when it comes
#
# A push in the middle of the sequence gives the same numbers, only later. Two pushes give the sum of both answers.
# The state at the end thus depends on what was read *and* on when:


# %%
def last_b(inputs: list[float]) -> int:
    _, h = network.sequence(torch.tensor(inputs, dtype=torch.float32)[None, :, None])  # (batch, frame, mfcc)
    return int(h[0, 1])


print("push at step 1:", last_b([1, 0, 0, 0, 0, 0, 0, 0]))
print("push at step 4:", last_b([0, 0, 0, 1, 0, 0, 0, 0]))
print("both:          ", last_b([1, 0, 0, 1, 0, 0, 0, 0]))

# %% [markdown]
# A network that only added up its inputs could not tell the first two apart.
#
# ## How fast a state grows
#
# Each Fibonacci number is about 1.618 times the one before it. That number belongs to the matrix: it is the largest
# absolute value of its eigenvalues, the **spectral radius**. After many steps, it is the factor by which a state
# grows or shrinks at each step. Multiply the rule by a factor and the spectral radius follows:

# %%
from matplotlib.figure import Figure

figure = Figure(figsize=(7, 3.2), layout="constrained")
axes = figure.subplots()
for factor in (1.0, 0.618, 0.5):
    scaled = factor * rule
    radius = torch.linalg.eigvals(scaled).abs().max()
    state, sizes = torch.tensor([0.0, 1.0]), []
    for _ in range(30):
        sizes.append(state.norm())
        state = scaled @ state
    axes.plot(sizes, label=f"rule times {factor}: spectral radius {radius:.3f}")
axes.set(xlabel="step", ylabel="size of the state", yscale="log")
axes.legend()
show(figure, "Three states over 30 steps: one grows, one stays and one shrinks, straight lines on a logarithmic scale")

# %% [markdown]
# Above 1 the state explodes, below 1 it vanishes, and only very near 1 it stays. Real networks carry memories through
# hundreds of steps, so this is their central problem. It returns in lesson 5, there on the way *back*.
#
# One remedy for the explosion is the activation that we have left out. With tanh no number of the state can leave the
# range from -1 to 1:

# %%
squeezed = Elman(config)  # its activation is tanh
squeezed.load_state_dict(network.state_dict())
h = torch.zeros(1, 2)
for n_steps, push in enumerate([1.0] + [0.0] * 9, start=1):
    output, h = squeezed.step(torch.tensor([[push]]), h)
    print(f"step {n_steps:2}: a = {h[0, 0]:.3f}, b = {h[0, 1]:.3f}")

# %% [markdown]
# The same weights no longer count. The state settles on a fixed pair of numbers, and a push of 1 or of 5 ten steps
# ago makes no difference to it. A network with tanh must store what it wants to remember in some other way, and it
# has to learn how.
#
# ## Try it
#
# - Start with a = 2 and b = 1 to get the Lucas numbers: 2, 1, 3, 4, 7, 11, ... Which inputs bring the network there?
# - Let each number be the sum of the *three* before it. How large must the state be, and what is the matrix?
# - Write weights with which the state counts its steps. (An input that is always 1 helps. Or the bias.)
# - Run the network for 50 steps and compare it with the loop in plain Python. From which step on do they differ?
#   (PyTorch computes with 32-bit floats, which hold whole numbers exactly only up to 2^24.)
