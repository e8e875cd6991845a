// RUN: scope-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect

// yield: stands in a layer, a cluster or a segment.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{'scope.yield' op expects parent op to be one of 'scope.layer, scope.cluster, scope.segment'}}
  "scope.yield"() : () -> ()
  return
}

// -----

// yield: as many operands as there are results.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{region branch point has 0 operands, but region successor needs 1 inputs}}
  %0 = scope.layer "a" {
    // expected-note@+1 {{region branch point}}
    scope.yield
  } : tensor<4xf32>
  return
}

// -----

// yield: operands of the results' types.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{successor operand type #0 'tensor<4xf32>' should match successor input type #0 'tensor<8xf32>'}}
  %0 = scope.layer "a" {
    // expected-note@+1 {{region branch point}}
    scope.yield %arg0 : tensor<4xf32>
  } : tensor<8xf32>
  return
}

// -----

// layer: ends in a scope.yield.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{'scope.layer' op must end in a 'scope.yield'}}
  scope.layer "a" {
    "test.end"() : () -> ()
  }
  return
}

// -----

// layer: one block.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{'scope.layer' op expects region #0 to have 0 or 1 blocks}}
  "scope.layer"() <{name = "a"}> ({
    "test.branch"()[^bb1] : () -> ()
  ^bb1:
    "scope.yield"() : () -> ()
  }) : () -> ()
  return
}

// -----

// layer: a block that is not empty.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{'scope.layer' op expects a non-empty block}}
  "scope.layer"() <{name = "a"}> ({
  ^bb0:
  }) : () -> ()
  return
}

// -----

// layer: no arguments.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{'scope.layer' op region should have no arguments}}
  "scope.layer"() <{name = "a"}> ({
  ^bb0(%arg1: tensor<4xf32>):
    "scope.yield"() : () -> ()
  }) : () -> ()
  return
}

// -----

// layer: no layer inside.
func.func @f(%arg0: tensor<4xf32>) {
  scope.layer "a" {
    // expected-error@+1 {{'scope.layer' op must stand in a 'scope.cluster' or directly in the body of a function}}
    scope.layer "b" {
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// layer: no cluster inside.
func.func @f(%arg0: tensor<4xf32>) {
  scope.layer "a" {
    // expected-error@+1 {{'scope.cluster' op expects parent op 'scope.segment'}}
    scope.cluster chiplets 1 weights replicated level 2 {
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// layer: no segment inside.
func.func @f(%arg0: tensor<4xf32>) {
  scope.layer "a" {
    // expected-error@+1 {{'scope.segment' op must stand directly in the body of a function}}
    scope.segment beat 1 {
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// layer: in a cluster or a function.
// expected-error@+1 {{'scope.layer' op must stand in a 'scope.cluster' or directly in the body of a function}}
scope.layer "a" {
  scope.yield
}

// -----

// layer: not in a segment.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-error@+1 {{'scope.layer' op must stand in a 'scope.cluster' or directly in the body of a function}}
    scope.layer "a" {
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// layer: has a name.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{'scope.layer' op must have a name}}
  scope.layer "" {
    scope.yield
  }
  return
}

// -----

// layer: no other layer has its name.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-note@+1 {{the other layer is here}}
  scope.layer "a" {
    scope.yield
  }
  scope.layer "b" {
    scope.yield
  }
  // expected-error@+1 {{'scope.layer' op has the name "a" of another layer of the function}}
  scope.layer "a" {
    scope.yield
  }
  return
}

// -----

// cluster: the DRAM works ahead of several layers.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-error@+1 {{'scope.cluster' op is 'ahead', which a cluster can be that has several layers and is alone in its segment}}
    scope.cluster chiplets 1 weights replicated level 2 ahead {
      scope.layer "a" {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// cluster: the DRAM works ahead of one that is alone.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    scope.cluster chiplets 1 weights replicated level 2 {
      scope.layer "a" {
        scope.yield
      }
      scope.yield
    }
    // expected-error@+1 {{'scope.cluster' op is 'ahead', which a cluster can be that has several layers and is alone in its segment}}
    scope.cluster chiplets 1 weights replicated level 2 ahead {
      scope.layer "b" {
        scope.yield
      }
      scope.layer "c" {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// layer: no other layer has its name, in other segments.
func.func @f(%arg0: tensor<4xf32>) {
  %0 = scope.segment beat 1 {
    %1 = scope.cluster chiplets 1 weights replicated level 2 {
      // expected-note@+1 {{the other layer is here}}
      %2 = scope.layer "a" {
        scope.yield %arg0 : tensor<4xf32>
      } : tensor<4xf32>
      scope.yield %2 : tensor<4xf32>
    } : tensor<4xf32>
    scope.yield %1 : tensor<4xf32>
  } : tensor<4xf32>
  %3 = scope.segment beat 1 {
    %4 = scope.cluster chiplets 1 weights replicated level 2 {
      // expected-error@+1 {{'scope.layer' op has the name "a" of another layer of the function}}
      %5 = scope.layer "a" {
        scope.yield %arg0 : tensor<4xf32>
      } : tensor<4xf32>
      scope.yield %5 : tensor<4xf32>
    } : tensor<4xf32>
    scope.yield %4 : tensor<4xf32>
  } : tensor<4xf32>
  return
}

// -----

// Two functions may use one name.
func.func @f() {
  scope.layer "a" {
    scope.yield
  }
  return
}
func.func @g() {
  scope.layer "a" {
    scope.yield
  }
  return
}

// -----

// layer: no more tiles than chiplets.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    scope.cluster chiplets 2 weights replicated level 2 {
      // expected-error@+1 {{'scope.layer' op is split into 3 tiles, but its cluster has 2 chiplets}}
      scope.layer "a" partition<row = 3> {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// layer: no more tiles than one chiplet.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    scope.cluster chiplets 1 weights replicated level 2 {
      // expected-error@+1 {{'scope.layer' op is split into 2 tiles, but its cluster has 1 chiplet}}
      scope.layer "a" partition<row = 2> {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// layer: its buffers lie in the cluster's region.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    scope.cluster chiplets 2 weights replicated level 2 region<[0,0]-[0,1]> {
      // expected-error@+1 {{'scope.layer' op has buffer #scope.buffer<input, offset = 0, bytes = 16, region = <[0,1]-[0,2]>> outside of its cluster's region #scope.region<[0,0]-[0,1]>}}
      scope.layer "a" buffers[#scope.buffer<input, offset = 0, bytes = 16, region = <[0,1]-[0,2]>>] {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// layer: its buffers have no chiplets where the cluster has no region.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    scope.cluster chiplets 2 weights replicated level 2 {
      // expected-error@+1 {{with chiplets, but its cluster has no region}}
      scope.layer "a" buffers[#scope.buffer<input, offset = 0, bytes = 16, region = <[0,1]>>] {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// layer: its buffers live inside the cluster.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    scope.cluster chiplets 2 weights replicated level 2 {
      // expected-error@+1 {{live until step 2, but its cluster's last step is 1}}
      scope.layer "a" buffers[#scope.buffer<input, offset = 0, bytes = 16, first = 0, last = 2>] {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// layer: its buffers are buffers.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{'scope.layer' op attribute 'buffers' failed to satisfy constraint: array of buffers}}
  scope.layer "a" buffers[1] {
    scope.yield
  }
  return
}

// -----

// cluster: stands in a segment.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{'scope.cluster' op expects parent op 'scope.segment'}}
  scope.cluster chiplets 1 weights replicated level 2 {
    scope.layer "a" {
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// cluster: ends in a scope.yield.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-error@+1 {{'scope.cluster' op must end in a 'scope.yield'}}
    scope.cluster chiplets 1 weights replicated level 2 {
      "test.end"() : () -> ()
    }
    scope.yield
  }
  return
}

// -----

// cluster: no arguments.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-error@+1 {{'scope.cluster' op region should have no arguments}}
    "scope.cluster"() <{chiplets = 1 : i64, weights = #scope<weight_mode replicated>, level = 2 : i64}> ({
    ^bb0(%arg1: i32):
      "scope.yield"() : () -> ()
    }) : () -> ()
    scope.yield
  }
  return
}

// -----

// cluster: at least one layer.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-error@+1 {{'scope.cluster' op must hold at least one 'scope.layer'}}
    scope.cluster chiplets 1 weights replicated level 2 {
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// cluster: nothing but layers.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    scope.cluster chiplets 2 weights replicated level 2 {
      scope.layer "a" {
        scope.yield
      }
      // expected-error@+1 {{'math.exp' op must not stand directly in a 'scope.cluster', which holds only 'scope.layer' operations; move it into one of them, or, if it is constant, in front of the plan}}
      %0 = math.exp %arg0 : tensor<4xf32>
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// cluster: at least one chiplet.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-error@+1 {{'scope.cluster' op attribute 'chiplets' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive whose maximum value is 1024}}
    scope.cluster chiplets 0 weights replicated level 2 {
      scope.layer "a" {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// cluster: at most 1024 chiplets.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-error@+1 {{'scope.cluster' op attribute 'chiplets' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive whose maximum value is 1024}}
    scope.cluster chiplets 1025 weights replicated level 2 {
      scope.layer "a" {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// cluster: a weight mode that exists.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-error@+2 {{expected ::scope::WeightMode to be one of: replicated, distributed}}
    // expected-error@+1 {{failed to parse Scope_WeightModeAttr parameter 'value'}}
    scope.cluster chiplets 1 weights somewhere level 2 {
      scope.layer "a" {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// cluster: no level 0.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-error@+1 {{'scope.cluster' op has level 0; it must be 2, 4, 6, 8, 10, 12 or 14}}
    scope.cluster chiplets 1 weights replicated level 0 {
      scope.layer "a" {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// cluster: no level 3.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-error@+1 {{'scope.cluster' op has level 3; it must be 2, 4, 6, 8, 10, 12 or 14}}
    scope.cluster chiplets 1 weights replicated level 3 {
      scope.layer "a" {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// cluster: no level 16.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-error@+1 {{'scope.cluster' op has level 16; it must be 2, 4, 6, 8, 10, 12 or 14}}
    scope.cluster chiplets 1 weights replicated level 16 {
      scope.layer "a" {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// cluster: as many chiplets as the region.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-error@+1 {{'scope.cluster' op has 2 chiplets, but its region #scope.region<[0,0]-[0,2]> has 3}}
    scope.cluster chiplets 2 weights replicated level 2 region<[0,0]-[0,2]> {
      scope.layer "a" {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// layer: its buffers lie in its cluster's region.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    scope.cluster chiplets 1 weights replicated level 2 region<[0,0]> {
      // expected-error@+1 {{outside of its cluster's region #scope.region<[0,0]>}}
      scope.layer "a" buffers[#scope.buffer<input, offset = 0, bytes = 16, region = <[0,1]>>] {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// segment: stands in a function.
// expected-error@+1 {{'scope.segment' op must stand directly in the body of a function}}
scope.segment beat 1 {
  scope.yield
}

// -----

// segment: not in another one.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-error@+1 {{'scope.segment' op must stand directly in the body of a function}}
    scope.segment beat 1 {
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// segment: ends in a scope.yield.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{'scope.segment' op must end in a 'scope.yield'}}
  scope.segment beat 1 {
    "test.end"() : () -> ()
  }
  return
}

// -----

// segment: no arguments.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{'scope.segment' op region should have no arguments}}
  "scope.segment"() <{beat = 1 : i64}> ({
  ^bb0(%arg1: i32):
    "scope.yield"() : () -> ()
  }) : () -> ()
  return
}

// -----

// segment: at least one cluster.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{'scope.segment' op must hold at least one 'scope.cluster'}}
  scope.segment beat 1 {
    scope.yield
  }
  return
}

// -----

// segment: nothing but clusters.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    scope.cluster chiplets 2 weights replicated level 2 {
      scope.layer "a" {
        scope.yield
      }
      scope.yield
    }
    // expected-error@+1 {{'math.exp' op must not stand directly in a 'scope.segment', which holds only 'scope.cluster' operations; move it into one of them, or, if it is constant, in front of the plan}}
    %0 = math.exp %arg0 : tensor<4xf32>
    scope.yield
  }
  return
}

// -----

// segment: a beat of at least 1.
func.func @f(%arg0: tensor<4xf32>) {
  // expected-error@+1 {{'scope.segment' op attribute 'beat' failed to satisfy constraint: 64-bit signless integer attribute whose value is positive}}
  scope.segment beat 0 {
    scope.cluster chiplets 2 weights replicated level 2 {
      scope.layer "a" {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}

// -----

// segment: no chiplet in two clusters.
func.func @f(%arg0: tensor<4xf32>) {
  scope.segment beat 1 {
    // expected-note@+1 {{the other cluster is here}}
    scope.cluster chiplets 4 weights replicated level 2 region<[0,0]-[1,1]> {
      scope.layer "a" {
        scope.yield
      }
      scope.yield
    }
    scope.cluster chiplets 2 weights replicated level 2 region<[0,2]-[1,2]> {
      scope.layer "b" {
        scope.yield
      }
      scope.yield
    }
    // expected-error@+1 {{'scope.cluster' op takes chiplet [1,1], which another cluster of the segment has}}
    scope.cluster chiplets 2 weights replicated level 2 region<[1,1], [2,2]> {
      scope.layer "c" {
        scope.yield
      }
      scope.yield
    }
    scope.yield
  }
  return
}
