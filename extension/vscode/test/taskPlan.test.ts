import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Task, TaskFile, TaskStep } from '../src/protocol.ts';
import {
  actions,
  added,
  dropped,
  moved,
  reworded,
  shownTask,
  stepWords,
  taskWords,
  withPart,
} from '../src/pure/taskPlan.ts';

function step(id: number, more: Partial<TaskStep> = {}): TaskStep {
  return {
    id,
    path: `shop/${id}.go`,
    uri: `file:///shop/${id}.go`,
    language: 'go',
    action: 'edit',
    symbols: [],
    what: `change ${id}`,
    after: [],
    state: 'waiting',
    expert: 'go',
    note: '',
    seconds: 0,
    tokens: 0,
    ...more,
  };
}

function task(steps: TaskStep[], state: Task['state'] = 'planned'): Task {
  return { id: 't1', instruction: 'x', state, note: '', steps, createdS: 0, updatedS: 0 };
}

const ids = (steps: { id?: number }[]): (number | undefined)[] => steps.map(({ id }) => id);

test('a step is moved among those that have not begun', () => {
  const steps = [step(1, { state: 'done' }), step(2), step(3)];
  assert.deepEqual(ids(moved(steps, 3, -1)), [1, 3, 2]);
  assert.deepEqual(ids(moved(steps, 2, -1)), [1, 2, 3]);
  assert.deepEqual(ids(moved(steps, 3, 1)), [1, 2, 3]);
});

test('a step that is dropped is waited for no more', () => {
  const changed = dropped([step(1), step(2, { after: [1] }), step(3, { after: [2] })], 1);
  assert.deepEqual(
    changed.map(({ id, after }) => [id, after]),
    [
      [2, []],
      [3, [2]],
    ],
  );
  assert.deepEqual(ids(dropped([step(1, { state: 'writing' })], 1)), [1]);
});

test('a step is added at the end, and reworded in its place', () => {
  assert.deepEqual(added([step(1)], ' a.sql ', ' add a table\n').at(-1), {
    path: 'a.sql',
    what: 'add a table',
  });
  assert.deepEqual(
    reworded([step(1), step(2)], 2, 'else').map(({ what }) => what),
    ['change 1', 'else'],
  );
});

test('parts change the task, and a text begins again with each writing', () => {
  let shown = withPart(undefined, { task: task([step(1)], 'running') });
  shown = withPart(shown, { step: step(1, { state: 'writing' }) });
  const writing = shown;
  shown = withPart(shown, { stepId: 1, text: 'func ' });
  shown = withPart(shown, { stepId: 1, text: 'main' });
  assert.equal(shown, writing, 'a text that grows draws nothing else again');
  assert.equal(shown?.texts[1], 'func main');
  shown = withPart(shown, { step: step(1, { state: 'checking' }) });
  assert.equal(shown?.texts[1], 'func main');
  shown = withPart(shown, { step: step(1, { state: 'writing', note: 'once more' }) });
  assert.equal(shown?.texts[1], '');
  assert.equal(withPart(undefined, { note: 'x' }), undefined);
});

test('a step says who writes, for how long, and why', () => {
  assert.equal(stepWords(step(1)), 'go');
  const writing = step(1, { state: 'writing', seconds: 12.4, tokens: 300 });
  assert.equal(stepWords(writing), 'go writes, 12 s, 300 tokens');
  const failed = step(1, { state: 'failed', note: 'the answer is prose', expert: null });
  assert.equal(stepWords(failed), 'failed, the answer is prose');
});

test('the task says how far it is, and offers what can be done now', () => {
  const files = (state: TaskFile['state']): TaskFile[] => [
    {
      path: 'a',
      uri: 'file:///a',
      state,
      steps: [1],
      note: '',
      diff: '',
      oldText: '',
      newText: '',
    },
  ];
  const planned = shownTask(task([step(1)]));
  assert.match(taskWords(planned), /Check the plan/);
  assert.deepEqual(actions(planned), { run: 'Run', cancel: false, review: false, undo: false });
  const running = { ...planned, task: task([step(1, { state: 'done' }), step(2)], 'running') };
  assert.equal(taskWords(running), '1 of 2 steps done');
  assert.equal(actions(running).cancel, true);
  const stopped = { ...running, task: task([step(1)], 'stopped') };
  assert.equal(actions(stopped).run, 'Resume');
  const done = task([step(1, { state: 'done' })], 'done');
  assert.equal(actions({ ...planned, task: done, files: files('proposed') }).review, true);
  assert.equal(actions({ ...planned, task: done, files: files('written') }).undo, true);
  assert.equal(actions({ ...planned, task: done, files: files('conflict') }).review, false);
  assert.equal(actions({ ...planned, task: task([], 'failed') }).run, '');
  assert.equal(taskWords({ ...planned, problem: 'No engine' }), 'No engine');
});
