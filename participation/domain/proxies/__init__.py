"""What delegates record for people: who goes, on which device, what arrived, who checks it, who disputes it."""
