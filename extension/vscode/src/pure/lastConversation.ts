/** Which conversation the panel showed last, so that it is there again after a reload. */

const KEY = 'hotseat.ask.conversation';

/** What VS Code keeps for each workspace. */
export interface Kept {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): PromiseLike<void>;
}

export class LastConversation<T> {
  private readonly kept: Kept;
  private readonly look: (id: string) => Promise<T | undefined>;
  private hasLooked = false;

  /** `look` returns a remembered conversation; undefined if it is not remembered any more. */
  constructor(kept: Kept, look: (id: string) => Promise<T | undefined>) {
    this.kept = kept;
    this.look = look;
  }

  /** Undefined is a new conversation, which has no id yet. */
  keep(id: string | undefined): void {
    this.hasLooked = true; // from now on the user has another one in view
    void this.kept.update(KEY, id);
  }

  /** Once for each window: the conversation that was shown last, if there is one. */
  async take(): Promise<T | undefined> {
    const id = this.kept.get<string>(KEY);
    if (this.hasLooked || typeof id !== 'string') {
      return undefined;
    }
    this.hasLooked = true;
    return this.look(id);
  }
}
