import { DAY_MS, type DevMail } from '@tact/contracts';

export type MailboxLimits = {
  readonly mailsMax: number;
  /** Of all mails as they came over the wire. */
  readonly bytesMax: number;
  readonly ageMsMax: number;
};

export const mailboxLimits: MailboxLimits = {
  mailsMax: 200,
  bytesMax: 16 * 1024 * 1024,
  ageMsMax: DAY_MS,
};

/**
 * Mails that were sent from this machine to anybody, in memory alone: they hold persons, and nothing of them is left
 * behind when the platform stops. The oldest make room for the newest, and none is kept for longer than a day.
 */
export class Mailbox {
  readonly #limits: MailboxLimits;
  readonly #now: () => number;
  /** Oldest first. */
  #mails: DevMail[] = [];
  #taken = 0;
  #dropped = 0;

  constructor(limits: MailboxLimits = mailboxLimits, now: () => number = Date.now) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Since the start. */
  get dropped(): number {
    this.#expire();
    return this.#dropped;
  }

  add(mail: Omit<DevMail, 'id' | 'at'>): DevMail {
    this.#taken += 1;
    const at = new Date(this.#now()).toISOString();
    const kept = { ...mail, id: String(this.#taken), at };
    this.#mails.push(kept);
    this.#expire();
    return kept;
  }

  /** The latest first. */
  list(): DevMail[] {
    this.#expire();
    return this.#mails.toReversed();
  }

  find(id: string): DevMail | undefined {
    this.#expire();
    return this.#mails.find((mail) => mail.id === id);
  }

  #expire(): void {
    const { mailsMax, bytesMax, ageMsMax } = this.#limits;
    const oldest = new Date(this.#now() - ageMsMax).toISOString();
    let bytes = this.#mails.reduce((sum, mail) => sum + mail.bytes, 0);
    while (this.#mails.length > 0) {
      const [first] = this.#mails;
      const fits = this.#mails.length <= mailsMax && bytes <= bytesMax;
      if (first === undefined || (fits && first.at >= oldest)) return;
      bytes -= first.bytes;
      this.#mails.shift();
      this.#dropped += 1;
    }
  }
}
