// Chance with names: what is made, as often as it stands in a list, and words that stand nowhere else.

import { randomNumbers } from "./generated.mjs";

/** Nesting below which only running text is taken. */
export const DEEPEST = 3;

/** Chance with names: what is made, as often as it stands here. */
export class Chance {
  constructor(seed) {
    this.random = randomNumbers(seed);
    this.count = 0;
    this.words = [];
    Array.from({ length: 8 }, () => this.random());
  }

  below(limit) {
    return Math.floor(this.random() * limit);
  }

  one(list) {
    return list[this.below(list.length)];
  }

  /** Some of what is made, one after the other. */
  some(make, least, most) {
    return Array.from({ length: least + this.below(most - least + 1) }, () => make());
  }

  often(share) {
    return this.random() < share;
  }

  /** A word that stands nowhere else, and can be changed. Some are made and not taken. */
  word() {
    this.count += 1;
    const made = `qw${this.count}z`;
    this.words.push(made);
    return made;
  }
}
