"""The demonstration city: content as data, loaded through the same operations as anybody's."""
