/** A request to a page that may not listen yet, or may be closed and made again meanwhile. */

export class Wish {
  private isOpen = false;
  private readonly send: () => void;

  constructor(send: () => void) {
    this.send = send;
  }

  /** Send it now, and again to each page that becomes ready before a page has confirmed it. */
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

  /** The page did it, or it is no longer wanted. */
  drop(): void {
    this.isOpen = false;
  }
}
