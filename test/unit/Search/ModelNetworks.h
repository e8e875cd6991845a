//===- ModelNetworks.h - Networks and packages of real sizes ----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The networks that the search is measured on, as extraction from an imported
// model gives them: convolutions with halo and stride, residual additions fused
// to the last convolution of a block, poolings and normalisations as layers
// without MACs, 8-bit elements. And the packages of the presets.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_UNITTESTS_SEARCH_MODELNETWORKS_H
#define SCOPE_UNITTESTS_SEARCH_MODELNETWORKS_H

#include "scope/Search/Problem.h"

#include "llvm/ADT/ArrayRef.h"

#include <optional>

namespace scope::search {

/// A residual network for images of 224 x 224; `depth` is 18, 50, 101 or 152.
Network makeResNet(int depth);

/// VGG-16 for images of 224 x 224.
Network makeVGG16();

/// DenseNet for images of 224 x 224; `depth` is 121 or 201. A layer reads all
/// earlier ones of its block.
Network makeDenseNet(int depth);

/// A vision transformer of `blocks` blocks like ViT-B/16: 197 tokens of 768
/// channels, 12 heads.
Network makeViT(int blocks);

/// The network called `name`: resnet18, resnet50, resnet101, resnet152, vgg16,
/// densenet121, densenet201, vit (12 blocks).
std::optional<Network> makeNetwork(llvm::StringRef name);

/// The package called `name`: simba-RxC, set-8x8, gemini-6x6, scar-6x6,
/// wormhole-8x8, hetero-6x6.
std::optional<Package> makePackage(llvm::StringRef name);

} // namespace scope::search

#endif // SCOPE_UNITTESTS_SEARCH_MODELNETWORKS_H
