"""PyTorch eager with its fused optimiser (the default one is slower), in the usual loop."""

import time

from benchmarks.contenders.kind import Contender, own_threads
from benchmarks.workloads import Workload


def start(workload: Workload) -> Contender:
    """Return what trains; the loss of each step is read."""
    import torch
    from torch import nn

    torch.set_num_threads(own_threads())
    torch.manual_seed(0)
    kind = getattr(torch, workload.dtype)
    layers: list[nn.Module] = []
    for fan_in, fan_out in zip(workload.sizes[:-1], workload.sizes[1:], strict=True):
        layers.append(nn.Linear(fan_in, fan_out, dtype=kind))
        layers.append(nn.ReLU() if workload.is_classifier else nn.Tanh())
    model = nn.Sequential(*(layers[:-1] if workload.is_classifier else layers))
    loss_function = nn.CrossEntropyLoss() if workload.is_classifier else nn.MSELoss()
    # Decay of all parameters, biases too, is what costs PyTorch least.
    options = {"lr": workload.learning_rate, "weight_decay": workload.l2, "fused": True}
    if workload.optimizer == "sgd":
        optimizer = torch.optim.SGD(model.parameters(), momentum=workload.momentum, **options)
    else:
        optimizer = torch.optim.Adam(model.parameters(), **options)
    inputs, targets = (torch.from_numpy(array) for array in workload.data())

    def run(epochs: int) -> float:
        begun = time.perf_counter()
        for _ in range(epochs):
            losses = []
            for rows in torch.randperm(workload.rows).split(workload.batch_size):
                optimizer.zero_grad(set_to_none=True)
                loss = loss_function(model(inputs[rows]), targets[rows])
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
        return time.perf_counter() - begun

    return run
