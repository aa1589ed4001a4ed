/** When a server that ended by itself is started again, and when that is given up. Reads no clock. */

export interface BackoffRule {
  firstDelayMs: number;
  maxDelayMs: number;
  /** So many ends within `windowMs`, and it is given up. */
  maxEnds: number;
  windowMs: number;
}

export const DEFAULT_RULE: BackoffRule = {
  firstDelayMs: 500,
  maxDelayMs: 30_000,
  maxEnds: 5,
  windowMs: 180_000,
};

export class Backoff {
  private readonly rule: BackoffRule;
  private endsAtMs: number[] = [];

  constructor(rule: BackoffRule = DEFAULT_RULE) {
    this.rule = rule;
  }

  /** Milliseconds to wait after an end at `nowMs`; undefined: give up, it ends again and again. */
  ended(nowMs: number): number | undefined {
    this.endsAtMs = [...this.endsAtMs.filter((at) => nowMs - at < this.rule.windowMs), nowMs];
    const nEnds = this.endsAtMs.length;
    if (nEnds >= this.rule.maxEnds) {
      return undefined;
    }
    return Math.min(this.rule.maxDelayMs, this.rule.firstDelayMs * 2 ** (nEnds - 1));
  }

  /** The user asked for a new start: what was before does not count. */
  reset(): void {
    this.endsAtMs = [];
  }
}
