// A small seeded generator: the choices of a script depend on its seed alone.

// Splitmix, 32 bits wide: a Weyl sequence through a mixing function. For choices, never for keys.
export class Random {
  // Each seed is a whole number below 2^53.
  constructor(...seeds) {
    this.state = 0;
    for (const half of seeds.flatMap((seed) => [seed % 2 ** 32, Math.floor(seed / 2 ** 32)])) {
      this.state ^= half;
      this.state = this.next();
    }
  }

  // The next 32 bits.
  next() {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  // A number in [0, bound); the bias is below bound / 2^32.
  below(bound) {
    return Math.floor((this.next() / 2 ** 32) * bound);
  }

  between(low, high) {
    return low + this.below(high - low + 1);
  }

  chance(probability) {
    return this.next() / 2 ** 32 < probability;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  // `count` different elements, in random order.
  sample(list, count) {
    return this.shuffled(list).slice(0, count);
  }

  shuffled(list) {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; --i) {
      const j = this.below(i + 1);
      [copy[i], copy[j]] = [copy[j], copy[i]];
    }
    return copy;
  }

  // One of the keys, each as likely as its weight.
  weighted(weights) {
    const entries = Object.entries(weights);
    let rest = this.below(entries.reduce((sum, [, weight]) => sum + weight, 0));
    return entries.find(([, weight]) => (rest -= weight) < 0)[0];
  }

  hex(bytes) {
    return Array.from({ length: bytes }, () => this.below(256).toString(16).padStart(2, '0')).join(
      '',
    );
  }
}
