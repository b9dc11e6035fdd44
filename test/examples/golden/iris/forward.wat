  (func $forwardLinear1 (export "forwardLinear1")
    (local $column i32) (local $k i32) (local $column0 v128) (local $at i32) (local $at.2 i32)
    (local $column1 v128) (local $column2 v128) (local $column3 v128) (local $mixed0 v128)
    (local $mixed1 v128) (local $mixed2 v128) (local $mixed3 v128) (local $at.3 i32) (local $at.4 i32)
    (local $column0.2 v128) (local $column1.2 v128) (local $column2.2 v128) (local $column3.2 v128)
    (local $mixed0.2 v128) (local $mixed1.2 v128) (local $mixed2.2 v128) (local $mixed3.2 v128)
    (local $at.5 i32) (local $column0.3 v128) (local $column1.3 v128) (local $column2.3 v128)
    (local $column3.3 v128) (local $mixed0.3 v128) (local $mixed1.3 v128) (local $mixed2.3 v128)
    (local $mixed3.3 v128) (local $at.6 i32) (local $k.2 i32) (local $column0.4 v128) (local $at.7 i32)
    (local $column1.4 v128) (local $column2.4 v128) (local $column3.4 v128) (local $mixed0.4 v128)
    (local $mixed1.4 v128) (local $mixed2.4 v128) (local $mixed3.4 v128) (local $at.8 i32) (local $at.9 i32)
    (local $column0.5 v128) (local $column1.5 v128) (local $column2.5 v128) (local $column3.5 v128)
    (local $mixed0.5 v128) (local $mixed1.5 v128) (local $mixed2.5 v128) (local $mixed3.5 v128)
    (local $at.10 i32)
    (local.set $column (i32.const 0))
    (loop $loop1
      (local.set $at (i32.shl (local.get $column) (i32.const 4)))
      (local.set $k (i32.const 0))
      (loop $loop2
        (local.set $at.2 (i32.add (i32.shl (local.get $k) (i32.const 2)) (local.get $at)))
        (local.set $column0 (v128.load align=4 (local.get $at.2)))
        (local.set $column1 (v128.load offset=16 align=4 (local.get $at.2)))
        (local.set $column2 (v128.load offset=32 align=4 (local.get $at.2)))
        (local.set $column3 (v128.load offset=48 align=4 (local.get $at.2)))
        (local.set $mixed0
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $column0) (local.get $column1)))
        (local.set $mixed1
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
            (local.get $column0)
            (local.get $column1)))
        (local.set $mixed2
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $column2) (local.get $column3)))
        (local.set $mixed3
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
            (local.get $column2)
            (local.get $column3)))
        (local.set $at.4 (i32.mul (local.get $k) (i32.const 48)))
        (local.set $at.3 (local.get $at.4))
        (v128.store offset=33104 align=4
          (local.get $at.3)
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $mixed0) (local.get $mixed2)))
        (v128.store offset=33152 align=4
          (local.get $at.3)
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
            (local.get $mixed0)
            (local.get $mixed2)))
        (v128.store offset=33200 align=4
          (local.get $at.3)
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $mixed1) (local.get $mixed3)))
        (v128.store offset=33248 align=4
          (local.get $at.3)
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
            (local.get $mixed1)
            (local.get $mixed3)))
        (local.set $column0.2 (v128.load offset=64 align=4 (local.get $at.2)))
        (local.set $column1.2 (v128.load offset=80 align=4 (local.get $at.2)))
        (local.set $column2.2 (v128.load offset=96 align=4 (local.get $at.2)))
        (local.set $column3.2 (v128.load offset=112 align=4 (local.get $at.2)))
        (local.set $mixed0.2
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
            (local.get $column0.2)
            (local.get $column1.2)))
        (local.set $mixed1.2
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
            (local.get $column0.2)
            (local.get $column1.2)))
        (local.set $mixed2.2
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
            (local.get $column2.2)
            (local.get $column3.2)))
        (local.set $mixed3.2
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
            (local.get $column2.2)
            (local.get $column3.2)))
        (local.set $at.5 (local.get $at.4))
        (v128.store offset=33120 align=4
          (local.get $at.5)
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $mixed0.2) (local.get $mixed2.2)))
        (v128.store offset=33168 align=4
          (local.get $at.5)
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
            (local.get $mixed0.2)
            (local.get $mixed2.2)))
        (v128.store offset=33216 align=4
          (local.get $at.5)
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $mixed1.2) (local.get $mixed3.2)))
        (v128.store offset=33264 align=4
          (local.get $at.5)
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
            (local.get $mixed1.2)
            (local.get $mixed3.2)))
        (local.set $column0.3 (v128.load offset=128 align=4 (local.get $at.2)))
        (local.set $column1.3 (v128.load offset=144 align=4 (local.get $at.2)))
        (local.set $column2.3 (v128.load offset=160 align=4 (local.get $at.2)))
        (local.set $column3.3 (v128.load offset=176 align=4 (local.get $at.2)))
        (local.set $mixed0.3
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
            (local.get $column0.3)
            (local.get $column1.3)))
        (local.set $mixed1.3
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
            (local.get $column0.3)
            (local.get $column1.3)))
        (local.set $mixed2.3
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
            (local.get $column2.3)
            (local.get $column3.3)))
        (local.set $mixed3.3
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
            (local.get $column2.3)
            (local.get $column3.3)))
        (local.set $at.6 (local.get $at.4))
        (v128.store offset=33136 align=4
          (local.get $at.6)
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $mixed0.3) (local.get $mixed2.3)))
        (v128.store offset=33184 align=4
          (local.get $at.6)
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
            (local.get $mixed0.3)
            (local.get $mixed2.3)))
        (v128.store offset=33232 align=4
          (local.get $at.6)
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $mixed1.3) (local.get $mixed3.3)))
        (v128.store offset=33280 align=4
          (local.get $at.6)
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
            (local.get $mixed1.3)
            (local.get $mixed3.3)))
        (br_if $loop2 (i32.lt_s (local.tee $k (i32.add (local.get $k) (i32.const 4))) (i32.const 4)))
      )
      (call $forwardLinear1Tiles (local.get $column))
      (br_if $loop1
        (i32.lt_s (local.tee $column (i32.add (local.get $column) (i32.const 12))) (i32.const 24)))
    )
    (local.set $k.2 (i32.const 0))
    (loop $loop1
      (local.set $at.7 (i32.shl (local.get $k.2) (i32.const 2)))
      (local.set $column0.4 (v128.load offset=384 align=4 (local.get $at.7)))
      (local.set $column1.4 (v128.load offset=400 align=4 (local.get $at.7)))
      (local.set $column2.4 (v128.load offset=416 align=4 (local.get $at.7)))
      (local.set $column3.4 (v128.load offset=432 align=4 (local.get $at.7)))
      (local.set $mixed0.4
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $column0.4) (local.get $column1.4)))
      (local.set $mixed1.4
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
          (local.get $column0.4)
          (local.get $column1.4)))
      (local.set $mixed2.4
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $column2.4) (local.get $column3.4)))
      (local.set $mixed3.4
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
          (local.get $column2.4)
          (local.get $column3.4)))
      (local.set $at.9 (i32.shl (local.get $k.2) (i32.const 5)))
      (local.set $at.8 (local.get $at.9))
      (v128.store offset=33296 align=4
        (local.get $at.8)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $mixed0.4) (local.get $mixed2.4)))
      (v128.store offset=33328 align=4
        (local.get $at.8)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
          (local.get $mixed0.4)
          (local.get $mixed2.4)))
      (v128.store offset=33360 align=4
        (local.get $at.8)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $mixed1.4) (local.get $mixed3.4)))
      (v128.store offset=33392 align=4
        (local.get $at.8)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
          (local.get $mixed1.4)
          (local.get $mixed3.4)))
      (local.set $column0.5 (v128.load offset=448 align=4 (local.get $at.7)))
      (local.set $column1.5 (v128.load offset=464 align=4 (local.get $at.7)))
      (local.set $column2.5 (v128.const f32x4 0 0 0 0))
      (local.set $column3.5 (v128.const f32x4 0 0 0 0))
      (local.set $mixed0.5
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $column0.5) (local.get $column1.5)))
      (local.set $mixed1.5
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
          (local.get $column0.5)
          (local.get $column1.5)))
      (local.set $mixed2.5
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $column2.5) (local.get $column3.5)))
      (local.set $mixed3.5
        (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
          (local.get $column2.5)
          (local.get $column3.5)))
      (local.set $at.10 (local.get $at.9))
      (v128.store offset=33312 align=4
        (local.get $at.10)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $mixed0.5) (local.get $mixed2.5)))
      (v128.store offset=33344 align=4
        (local.get $at.10)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
          (local.get $mixed0.5)
          (local.get $mixed2.5)))
      (v128.store offset=33376 align=4
        (local.get $at.10)
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $mixed1.5) (local.get $mixed3.5)))
      (v128.store offset=33408 align=4
        (local.get $at.10)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
          (local.get $mixed1.5)
          (local.get $mixed3.5)))
      (br_if $loop1 (i32.lt_s (local.tee $k.2 (i32.add (local.get $k.2) (i32.const 4))) (i32.const 4)))
    )
    (call $forwardLinear1Tiles.2)
  )
