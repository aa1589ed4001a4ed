import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LastConversation } from '../src/pure/lastConversation.ts';

class Kept {
  readonly values = new Map<string, unknown>();

  get<T>(key: string): T | undefined {
    return this.values.get(key) as T | undefined;
  }

  update(key: string, value: unknown): Promise<void> {
    this.values.set(key, value);
    return Promise.resolve();
  }
}

const look = (id: string): Promise<string | undefined> =>
  Promise.resolve(id === 'gone' ? undefined : `about ${id}`);

test('the conversation that was shown last is there in the next window, once', async () => {
  const kept = new Kept();
  new LastConversation(kept, look).keep('a-1');
  const next = new LastConversation(kept, look);
  assert.equal(await next.take(), 'about a-1');
  assert.equal(await next.take(), undefined);
});

test('nothing comes back after a new conversation was begun, or it was forgotten', async () => {
  const kept = new Kept();
  new LastConversation(kept, look).keep(undefined);
  assert.equal(await new LastConversation(kept, look).take(), undefined);
  new LastConversation(kept, look).keep('gone');
  assert.equal(await new LastConversation(kept, look).take(), undefined);
});

test('a conversation that the user has begun meanwhile is not replaced', async () => {
  const kept = new Kept();
  new LastConversation(kept, look).keep('a-1');
  const next = new LastConversation(kept, look);
  next.keep('b-1');
  assert.equal(await next.take(), undefined);
});
