"""Plain server binaries, found and run without their packages' own interfaces."""
