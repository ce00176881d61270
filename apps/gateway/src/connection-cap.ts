import type { Socket } from 'node:net';
import { trustOf } from './config.ts';

/** Counts connections by address. A trusted proxy stands for many callers: its own are not counted. */
export class ConnectionCap {
  readonly #most: number;
  readonly #isTrusted: (address: string, hop: number) => boolean;
  readonly #open = new Map<string, number>();
  readonly #refused: () => void;

  constructor({ most, trusted, refused }: { most: number; trusted: string; refused: () => void }) {
    this.#most = most;
    this.#isTrusted = trustOf(trusted);
    this.#refused = refused;
  }

  /** Closes a connection that is one too many. */
  admit(socket: Socket): void {
    const address = socket.remoteAddress;
    if (address === undefined || this.#isTrusted(address, 0)) return;
    const open = this.#open.get(address) ?? 0;
    if (open >= this.#most) {
      this.#refused();
      socket.destroy();
      return;
    }
    this.#open.set(address, open + 1);
    socket.once('close', () => {
      const left = (this.#open.get(address) ?? 1) - 1;
      if (left > 0) this.#open.set(address, left);
      else this.#open.delete(address);
    });
  }
}
