"""PyTorch as a contender: eager and scripted, with the optimizers that it offers for CPUs.

Speaks the protocol of harness/protocol.ts: a line of JSON each way, over standard input and output. The number of
threads, and what they do while they wait, is set by the environment (OMP_NUM_THREADS, OMP_WAIT_POLICY, …).
"""

import json
import os
import sys
import time
import traceback
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

CHECKED_STEPS = 2
STEPS_OF_EPISODE = 500


class Reader:
    """Takes tensors from a file of 32-bit numbers, in the order of harness/problem.ts."""

    def __init__(self, path):
        self.bytes = bytearray(Path(path).read_bytes())
        self.offset = 0

    def take(self, shape, dtype=torch.float32):
        count = 1
        for size in shape:
            count *= size
        start = self.offset
        self.offset += 4 * count
        return torch.frombuffer(self.bytes, dtype=dtype, count=count, offset=start).reshape(shape).clone()


def blas():
    """The library of matrix products: it decides about most of the time."""
    if "Math Kernel Library Version" in torch.__config__.parallel_info():
        return "MKL"
    try:
        loaded = Path("/proc/self/maps").read_text()
    except OSError:
        return "BLAS"
    known = {
        "openblas-openmp": "OpenBLAS, OpenMP",
        "openblas-pthread": "OpenBLAS, pthreads",
        "openblas": "OpenBLAS",
        "blis": "BLIS",
        "atlas": "ATLAS",
        "libblas": "reference BLAS",
    }
    return next((name for part, name in known.items() if part in loaded), "BLAS")


class Encoder(nn.Module):
    """A block of attention, the mean over the steps, and a linear layer."""

    def __init__(self, widths, heads):
        super().__init__()
        width, inside, classes = widths
        self.block = nn.TransformerEncoderLayer(width, heads, inside, dropout=0.0, batch_first=True)
        self.last = nn.Linear(width, classes)

    def forward(self, x):
        return self.last(self.block(x).mean(1))

    def take(self, reader, widths):
        """First values of the parameters, in their order; the file has the linear layers alone."""
        width, inside, classes = widths
        sizes = [(width, 3 * width), (width, width), (width, inside), (inside, width), (width, classes)]
        linears = [[reader.take([outputs, inputs]), reader.take([outputs])] for inputs, outputs in sizes]
        norms = [torch.ones(width), torch.zeros(width)] * 2
        return sum(linears[:4], []) + norms + linears[4]


def perceptron(task, reader):
    """Linear layers, perhaps behind convolutions, and first values of their parameters."""
    widths = task["widths"]
    images = task["images"]
    initial = []
    layers = []
    if images:
        channels = [images["shape"][0], *images["filters"]]
        for inputs, outputs in zip(channels, channels[1:]):
            layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
            initial += [reader.take([outputs, inputs, 3, 3]), reader.take([outputs])]
        layers.append(nn.Flatten())
    for index, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        linear = nn.Linear(inputs, outputs)
        layers.append(linear)
        initial += [reader.take([outputs, inputs]), reader.take([outputs])]
        if index == len(widths) - 2:
            break
        if task["batchNorm"]:
            layers.append(nn.BatchNorm1d(outputs))
            initial += [torch.ones(outputs), torch.zeros(outputs)]
        layers.append(nn.ReLU())
        if task["dropout"] > 0:
            layers.append(nn.Dropout(task["dropout"]))
    return nn.Sequential(*layers), initial


class Training:
    """A full training step: forward, loss, backward, Adam."""

    def __init__(self, task, scripted, optimizer_options):
        widths = task["widths"]
        images = task["images"]
        sequences = task["sequences"]
        reader = Reader(task["data"])
        row = images["shape"] if images else [sequences["steps"], widths[0]] if sequences else widths[:1]
        self.x = reader.take([task["batch"], *row])
        self.y = reader.take([task["batch"]], torch.int32).long()
        if sequences:
            self.model = Encoder(widths, sequences["heads"])
            self.initial = self.model.take(reader, widths)
        else:
            self.model, self.initial = perceptron(task, reader)
        self.parameters = list(self.model.parameters())
        self.optimizer_options = optimizer_options
        self.call = torch.jit.script(self.model) if scripted else self.model
        self.restart()

    def restart(self):
        with torch.no_grad():
            for parameter, value in zip(self.parameters, self.initial):
                parameter.copy_(value)
        self.optimizer = torch.optim.Adam(self.parameters, lr=1e-3, **self.optimizer_options)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(self.call(self.x), self.y)
        loss.backward()
        self.optimizer.step()
        return loss

    def outcome(self):
        return [self.step().item() for _ in range(CHECKED_STEPS)]

    def parameter_count(self):
        return sum(parameter.numel() for parameter in self.parameters)


class Kernel:
    """One operation that writes into a tensor of its own."""

    def restart(self):
        pass

    def outcome(self):
        self.step()
        return [self.result.double().sum().item(), self.result.flatten()[-1].item()]

    def parameter_count(self):
        return 0


class Contraction(Kernel):
    def __init__(self, task):
        reader = Reader(task["data"])
        left, right = reader.take(task["left"]), reader.take(task["right"])
        self.left = left if task["contractLeft"] == 1 else left.t()
        self.right = right if task["contractRight"] == 0 else right.t()
        self.result = torch.mm(self.left, self.right)

    def step(self):
        torch.mm(self.left, self.right, out=self.result)


class Function(Kernel):
    def __init__(self, task):
        self.call = getattr(torch, task["name"])
        self.argument = Reader(task["data"]).take([task["elements"]])
        self.result = self.call(self.argument)

    def step(self):
        self.call(self.argument, out=self.result)


def variants_of(task):
    if task["kind"] == "contraction":
        return {"": Contraction(task)}
    if task["kind"] == "function":
        return {"": Function(task)}
    return {
        "eager, Adam": Training(task, False, {"foreach": False}),
        "eager, foreach Adam": Training(task, False, {"foreach": True}),
        "scripted, foreach Adam": Training(task, True, {"foreach": True}),
    }


class Bench:
    def __init__(self):
        self.variants = {}
        self.since_restart = {}

    def prepare(self, request):
        self.variants = variants_of(request["task"])
        self.since_restart = dict.fromkeys(self.variants, 0)
        answers = []
        for name, variant in self.variants.items():
            answers.append({"name": name, "outcome": variant.outcome()})
            variant.restart()
        parameters = max(variant.parameter_count() for variant in self.variants.values())
        return {"variants": answers, "parameters": parameters, "version": f"{torch.__version__} ({blas()})"}

    def run(self, request):
        name = request["variant"]
        self.time(name, request["leadIn"])
        return {"microseconds": 1e6 * self.time(name, request["steps"]) / request["steps"]}

    def time(self, name, steps):
        """Seconds that steps take, without the restarts between episodes."""
        variant = self.variants[name]
        elapsed = 0.0
        while steps > 0:
            chunk = min(steps, STEPS_OF_EPISODE - self.since_restart[name])
            started = time.perf_counter()
            for _ in range(chunk):
                variant.step()
            elapsed += time.perf_counter() - started
            steps -= chunk
            self.since_restart[name] += chunk
            if self.since_restart[name] == STEPS_OF_EPISODE:
                variant.restart()
                self.since_restart[name] = 0
        return elapsed


def main():
    answers = sys.stdout
    sys.stdout = sys.stderr
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    torch.manual_seed(0)
    bench = Bench()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(bench, request["command"])(request)
        except Exception as error:  # the driver reports it, whatever it is
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


main()
