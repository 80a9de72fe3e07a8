//! Made by the hand that writes the cells.
