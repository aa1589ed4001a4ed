/** A wish to a page that may not listen yet, or may be thrown away and made again meanwhile. */

export class Wish {
  private isOpen = false;
  private readonly send: () => void;

  constructor(send: () => void) {
    this.send = send;
  }

  /** Sent at once, and again to a page that gets ready before one has said that it did it. */
  make(): void {
    this.isOpen = true;
    this.send();
  }

  /** A page listens from now on. */
  pageReady(): void {
    if (this.isOpen) {
      this.send();
    }
  }

  /** The page did it, or nobody wants it any more. */
  drop(): void {
    this.isOpen = false;
  }
}
