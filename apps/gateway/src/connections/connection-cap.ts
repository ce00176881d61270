import type { Socket } from 'node:net';
import { trustOf } from '../config.ts';
import { networkOf } from './network-of.ts';

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
    const network = networkOf(address);
    const open = this.#open.get(network) ?? 0;
    if (open >= this.#most) {
      this.#refused();
      socket.destroy();
      return;
    }
    this.#open.set(network, open + 1);
    socket.once('close', () => {
      const left = (this.#open.get(network) ?? 1) - 1;
      if (left > 0) this.#open.set(network, left);
      else this.#open.delete(network);
    });
  }
}
