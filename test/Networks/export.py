"""Writes one of the networks of this folder as PyTorch exports it.

usage: export.py NAME FILE, with NAME a file of this folder without `.mlir`.
Needs torch, torchvision, torch-mlir and, for GPT-2, transformers. The weights
are random. Networks in TOSA are written as bytecode, those in linalg as text
(MLIR 22 does not read torch-mlir's bytecode of linalg).
"""

import sys

import torch
import torchvision
from torch_mlir import fx

FUNCTION = {"resnet18": "resnet18", "resnet18_linalg": "resnet18"}


def gpt2():
    """GPT-2 with two of its twelve blocks, and its input: 128 tokens."""
    from transformers import GPT2Config, GPT2LMHeadModel

    class Logits(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = GPT2LMHeadModel(
                GPT2Config(n_layer=2, use_cache=False, attn_implementation="eager")
            )

        def forward(self, tokens):
            return self.model(tokens).logits

    model = Logits().eval()
    # The exporter finds no mapping for buffers that are not saved with a model.
    for part in model.modules():
        part._non_persistent_buffers_set = set()
    return model, torch.zeros(1, 128, dtype=torch.int64)


def vision(name):
    """A network of torchvision, and its input: one image."""
    return getattr(torchvision.models, name)(weights=None).eval(), torch.zeros(1, 3, 224, 224)


def main():
    name, path = sys.argv[1:]
    linalg = name.endswith("_linalg")
    model, sample = gpt2() if name == "gpt2_2layers" else vision(name.removesuffix("_linalg"))
    with torch.inference_mode():
        module = fx.export_and_import(
            model,
            sample,
            output_type="linalg-on-tensors" if linalg else "tosa",
            func_name=FUNCTION.get(name, "main"),
        )
    with open(path, "wb") as out:
        if linalg:
            out.write(module.operation.get_asm().encode())
        else:
            module.operation.write_bytecode(out)


if __name__ == "__main__":
    main()
