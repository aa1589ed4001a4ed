import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Backoff } from '../src/pure/backoff.ts';
import { isOn, quietReason, toggled } from '../src/pure/quiet.ts';

test('a language is on unless it, or all, are off', () => {
  assert.equal(isOn({}, 'go'), true);
  assert.equal(isOn({ '*': false }, 'go'), false);
  assert.equal(isOn({ '*': false, go: true }, 'go'), true);
});

test('toggling twice leaves the setting as it was', () => {
  const off = toggled({ '*': true }, 'go');
  assert.deepEqual(off, { '*': true, go: false });
  assert.deepEqual(toggled(off, 'go'), { '*': true });
});

test('why there are no suggestions', () => {
  assert.match(quietReason(120_000, 0, {}, 'go') ?? '', /snoozed for 2 min/);
  assert.match(quietReason(0, 1, { go: false }, 'go') ?? '', /off for go/);
  assert.equal(quietReason(0, 1, {}, 'go'), undefined);
});

test('a server that ends is started again later and later, then given up', () => {
  const backoff = new Backoff({ firstDelayMs: 100, maxDelayMs: 300, maxEnds: 5, windowMs: 10_000 });
  const delays = [0, 1, 2, 3, 4].map((at) => backoff.ended(at));
  assert.deepEqual(delays, [100, 200, 300, 300, undefined]);
});

test('one crash a day is not counted together, and a person starts afresh', () => {
  const backoff = new Backoff({ firstDelayMs: 100, maxDelayMs: 300, maxEnds: 2, windowMs: 10_000 });
  assert.equal(backoff.ended(0), 100);
  assert.equal(backoff.ended(20_000), 100);
  backoff.reset();
  assert.equal(backoff.ended(20_001), 100);
});
