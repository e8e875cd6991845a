// RUN: scope-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect

// expected-error@+1 {{needs a version of two whole numbers with a point between them}}
scope.programs @p for @f package @k version "one" grid 1 x 1 calls 1 layers [] outputs [] {
}

// -----

// expected-error@+1 {{names @value9, which is not there}}
scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers [] outputs [@value9] {
}

// -----

// expected-error@+1 {{attribute 'rows' failed to satisfy constraint}}
scope.programs @p for @f package @k version "2.0" grid 33 x 1 calls 1 layers [] outputs [] {
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers [] outputs [] {
  // expected-error@+1 {{says which value of the network it is if, and only if, it is an input or a value}}
  scope.tensor @value0 value 0 bytes 1 : tensor<4xf32>
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers [] outputs [] {
  // expected-error@+1 {{attribute 'element_bytes' failed to satisfy constraint}}
  scope.tensor @constant0 constant 0 bytes 0 : tensor<4xf32>
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers [] outputs [] {
  // expected-error@+1 {{is of @value3, which is no tensor}}
  scope.layout @layout0 of @value3 {0: [0 to 1]}
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers [] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  // expected-error@+1 {{has parts of 1 ranges; needed are 2, one for the calls and one for each dimension}}
  scope.layout @layout0 of @value0 {0: [0 to 1]}
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers [] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  // expected-error@+1 {{has two parts of chiplet 0, or one of a chiplet below 0}}
  scope.layout @layout0 of @value0 {0: [0 to 1, 0 to 2], 0: [0 to 1, 2 to 4]}
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers [] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  // expected-error@+1 {{has a range from 2 to 2; it must begin at 0 or more, and not be empty}}
  scope.layout @layout0 of @value0 {0: [0 to 1, 2 to 2]}
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers [] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  // expected-error@+1 {{is flat, so that every part has one range}}
  scope.layout @layout0 of @value0 flat {0: [0 to 1, 2 to 3]}
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers [] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  // expected-error@+1 {{all parts need 2 ranges, as the first has}}
  scope.layout @layout0 of @value0 {0: [0 to 1, 2 to 3], 1: [0 to 1]}
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers [] outputs [] {
  // expected-error@+1 {{is for chiplet 1 of a grid of 1, or not the only one for it}}
  scope.program @chiplet_0_1 chiplet 1 {
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.program @chiplet_0_0 chiplet 0 {
    scope.run segment 1 load {
    } beats 1 calls 1 {
    }
    // expected-error@+1 {{is for segment 0, after one for segment 1}}
    scope.run segment 0 load {
    } beats 1 calls 1 {
    }
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.program @chiplet_0_0 chiplet 0 {
    // expected-error@+1 {{is for layer 2; there are 1}}
    %0 = scope.sram input layer 2 index 0 at 0 bytes 1 slots 1 stride 1
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  scope.program @chiplet_0_0 chiplet 0 {
    %0 = scope.sram output layer 0 index 0 at 0 bytes 4 slots 1 stride 4
    scope.run segment 0 load {
    } beats 1 calls 1 {
      // expected-error@+1 {{names @layout7, which is not there}}
      scope.store %0 : @layout7 to @value0 tag 0 layer 0
    }
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  scope.layout @layout0 of @value0 {0: [0 to 1, 0 to 4]}
  scope.program @chiplet_0_0 chiplet 0 {
    %0 = scope.sram output layer 0 index 0 at 0 bytes 4 slots 1 stride 4
    scope.run segment 0 load {
    } beats 1 calls 1 {
      // expected-error@+1 {{uses slot 1 of a place with 1}}
      scope.store %0 slot 1 : @layout0 to @value0 tag 0 layer 0
    }
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  scope.layout @layout0 of @value0 {0: [0 to 1, 0 to 4]}
  func.func private @k()
  scope.program @chiplet_0_0 chiplet 0 {
    %0 = scope.sram output layer 0 index 0 at 0 bytes 4 slots 1 stride 4
    scope.run segment 0 load {
    } beats 1 calls 1 {
      // expected-error@+1 {{uses place 1 of 1}}
      scope.compute @k on %0 reads [] writes [#scope.use<tensor = @value0, place = 1, holds = @layout0>] layer 0 cycles 0 macs 0 read_bytes 0 written_bytes 0 table_bytes 0
    }
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  scope.layout @layout0 of @value0 {0: [0 to 1, 0 to 4]}
  scope.program @chiplet_0_0 chiplet 0 {
    %0 = scope.sram input layer 0 index 0 at 0 bytes 4 slots 2 stride 4
    scope.run segment 0 load {
    } beats 1 calls 1 {
      // expected-error@+1 {{names @layout7, which is not there}}
      scope.recv @value0 to %0 : @layout0 from @layout0, @value0 to %0 : @layout0 from @layout7 tag 0 layer 0
    }
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  scope.layout @layout0 of @value0 {0: [0 to 1, 0 to 4]}
  scope.program @chiplet_0_0 chiplet 0 {
    %0 = scope.sram input layer 0 index 0 at 0 bytes 4 slots 2 stride 4
    scope.run segment 0 load {
    } beats 1 calls 1 {
      // expected-error@+1 {{is for layer 1; there are 1}}
      scope.recv @value0 to %0 : @layout0 from @layout0 tag 0 layer 1
    }
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  scope.layout @layout0 of @value0 {0: [0 to 1, 0 to 4]}
  scope.program @chiplet_0_0 chiplet 0 {
    %0 = scope.sram input layer 0 index 0 at 0 bytes 4 slots 2 stride 4
    scope.run segment 0 load {
    } beats 1 calls 1 {
      // expected-error@+1 {{uses slot 2 of a place with 2}}
      scope.recv @value0 to %0 slot 1 : @layout0 from @layout0, @value0 to %0 slot 2 : @layout0 from @layout0 tag 0 layer 0
    }
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  scope.layout @layout0 of @value0 {0: [0 to 1, 0 to 4]}
  scope.program @chiplet_0_0 chiplet 0 {
    %0 = scope.sram input layer 0 index 0 at 0 bytes 4 slots 2 stride 4
    scope.run segment 0 load {
    } beats 1 calls 1 {
      // expected-error@+1 {{uses slot 3 of a place with 2}}
      scope.recv @value0 to %0 : @layout0 from @layout0 own %0 slot 3 tag 0 layer 0
    }
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  scope.layout @layout0 of @value0 {0: [0 to 1, 0 to 4]}
  scope.program @chiplet_0_0 chiplet 0 {
    %0 = scope.sram input layer 0 index 0 at 0 bytes 4 slots 2 stride 4
    scope.run segment 0 load {
    } beats 1 calls 1 {
      // expected-error@+1 {{has 0 places; what it takes needs 0, and at least one}}
      "scope.recv"() <{arrivals = [], tag = 0 : i64, layer = 0 : i64}> : () -> ()
    }
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  scope.layout @layout0 of @value0 {0: [0 to 1, 0 to 4]}
  scope.program @chiplet_0_0 chiplet 0 {
    %0 = scope.sram input layer 0 index 0 at 0 bytes 4 slots 2 stride 4
    scope.run segment 0 load {
    } beats 1 calls 1 {
      // expected-error@+1 {{has 1 places; what it takes needs 2, and at least one}}
      "scope.recv"(%0) <{arrivals = [#scope.arrival<tensor = @value0, to = @layout0, from = @layout0, own = true>], tag = 0 : i64, layer = 0 : i64}> : (!scope.sram) -> ()
    }
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  scope.layout @layout0 of @value0 {0: [0 to 1, 0 to 4]}
  scope.program @chiplet_0_0 chiplet 0 {
    %0 = scope.sram input layer 0 index 0 at 0 bytes 4 slots 2 stride 4
    scope.run segment 0 load {
    } beats 1 calls 1 {
      // expected-error@+1 {{'own_slot' needs 'own'}}
      "scope.recv"(%0) <{arrivals = [#scope.arrival<tensor = @value0, to = @layout0, from = @layout0, own_slot = 0>], tag = 0 : i64, layer = 0 : i64}> : (!scope.sram) -> ()
    }
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.tensor @value0 value 0 of_value 0 bytes 1 : tensor<4xf32>
  scope.layout @layout0 of @value0 {0: [0 to 1, 0 to 4]}
  scope.program @chiplet_0_0 chiplet 0 {
    %0 = scope.sram input layer 0 index 0 at 0 bytes 4 slots 2 stride 4
    scope.run segment 0 load {
    } beats 1 calls 1 {
      // expected-error@+1 {{slots may not be negative}}
      scope.recv @value0 to %0 slot -2 : @layout0 from @layout0 tag 0 layer 0
    }
  }
}

// -----

scope.programs @p for @f package @k version "2.0" grid 1 x 1 calls 1 layers ["a"] outputs [] {
  scope.program @chiplet_0_0 chiplet 0 {
    scope.run segment 0 load {
    } beats 1 calls 1 {
      // expected-error@+1 {{does not belong into a scope.run}}
      %0 = arith.constant 1 : i32
    }
  }
}

// -----

// expected-error@+1 {{a place and the layout that it holds stand together}}
"test.op"() {use = #scope.use<tensor = @value0, place = 0>} : () -> ()

// -----

// expected-error@+1 {{a slot needs a place}}
"test.op"() {use = #scope.use<tensor = @value0, slot = 0>} : () -> ()

// -----

// expected-error@+1 {{neither place nor slot may be negative}}
"test.op"() {use = #scope.use<tensor = @value0, place = -2>} : () -> ()
