import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Backoff } from '../src/pure/backoff.ts';
import { menuEntries } from '../src/pure/menu.ts';
import { isOn, isSilent, type Quiet, quietReason, toggled } from '../src/pure/quiet.ts';

test('a language is on unless it, or all, are off', () => {
  assert.equal(isOn({}, 'go'), true);
  assert.equal(isOn({ '*': false }, 'go'), false);
  assert.equal(isOn({ '*': false, go: true }, 'go'), true);
});

test('toggling twice leaves the setting as it was', () => {
  const off = toggled({}, { '*': true }, 'go');
  assert.deepEqual(off, { go: false });
  assert.equal(toggled({ go: false }, { '*': true, go: false }, 'go'), undefined);
});

test('toggling keeps what else the user has set', () => {
  const own = { '*': false, sql: true };
  assert.deepEqual(toggled(own, own, 'go'), { ...own, go: true });
  assert.deepEqual(toggled(own, own, 'sql'), { '*': false });
  assert.deepEqual(toggled({ go: false, css: false }, { '*': true, go: false }, 'go'), {
    css: false,
  });
});

const SHOWN: Quiet = { mode: 'on', snoozedUntilMs: 0, switches: {} };

test('why there are no suggestions', () => {
  assert.match(quietReason({ ...SHOWN, snoozedUntilMs: 120_000 }, 0, 'go') ?? '', /for 2 min/);
  assert.match(quietReason({ ...SHOWN, switches: { go: false } }, 1, 'go') ?? '', /off for go/);
  assert.equal(quietReason({ ...SHOWN, mode: 'off' }, 1, undefined), 'Suggestions are off');
  assert.match(quietReason({ ...SHOWN, mode: 'byHand' }, 1, 'go') ?? '', /by hand/);
  assert.equal(quietReason(SHOWN, 1, 'go'), undefined);
});

test('by hand means that only a key of the user asks', () => {
  const silent = (quiet: Partial<Quiet>, isByHand: boolean): boolean =>
    isSilent({ ...SHOWN, ...quiet }, 1, 'go', isByHand);
  assert.deepEqual(
    [silent({ mode: 'byHand' }, false), silent({ mode: 'byHand' }, true)],
    [true, false],
  );
  assert.deepEqual([silent({ mode: 'off' }, true), silent({}, false)], [true, false]);
  assert.ok(silent({ switches: { go: false } }, true));
  assert.ok(silent({ snoozedUntilMs: 5 }, true));
});

test('the menu shows which mode is on, and what can be done now', () => {
  const state = {
    mode: 'byHand',
    isSnoozed: true,
    languageId: 'go',
    isLanguageOn: false,
    isRunning: true,
  } as const;
  const labels = menuEntries({ ...state, needed: '2 models (351 MB)' }).map((entry) =>
    'label' in entry ? entry.label : '',
  );
  assert.ok(labels[0]?.endsWith('Download 2 models (351 MB)'));
  assert.ok(labels.includes('$(check) Suggestions only by hand'));
  assert.ok(labels.includes('$(blank) Suggestions off'));
  assert.ok(labels.includes('$(bell) End snoozing'));
  assert.ok(labels.includes('$(code) Turn suggestions on for go'));
  const nowhere = menuEntries({ ...state, languageId: undefined, needed: '' });
  const stopped = menuEntries({ ...state, needed: '', isRunning: false });
  assert.ok('command' in stopped[0]! && stopped[0].command === 'hotseat.restart');
  assert.ok(nowhere.every((entry) => !('label' in entry && /Download|Turn/.test(entry.label))));
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
