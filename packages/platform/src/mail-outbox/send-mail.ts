import { DAY_MS, MINUTE_MS } from '@tact/contracts';
import type { Clock } from '../config/clock.ts';
import type { TextSealer } from '../event-store/events.ts';
import { backoffOf } from '../jobs/backoff.ts';
import type { Again, Job, LeasedJobHandler, LeasedWork } from '../jobs/job-kind.ts';
import type { HandOverOutcome, Mail } from '../mail/mail.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Metrics } from '../observability/metrics.ts';
import { SubjectErased } from '../personal-data/refusals.ts';
import type { Database } from '../postgres/database.ts';
import type { Queryable } from '../postgres/queryable.ts';
import type { MailKinds } from './mail-kind.ts';
import { placeOf, sendMailJob } from './mail-outbox.ts';
import {
  countAttempt,
  keepBack,
  type MailState,
  markHandedOver,
  type OutgoingMail,
  readMail,
  settleMail,
} from './outgoing-mails.ts';

/** As long as servers among themselves go on trying. */
const TRIED_DAYS_MAX = 5;
/** Doubled from one attempt to the next: many at first, then a few a day. */
const pauses = { first: MINUTE_MS, max: 4 * 60 * MINUTE_MS };
/** Mails on their way at the same time in one process: each has a connection of its own to the server. */
const AT_ONCE = 8;

type Parts = {
  readonly database: Database;
  readonly kinds: MailKinds;
  readonly texts: TextSealer;
  readonly clock: Pick<Clock, 'now' | 'isTrusted'>;
  readonly mailer: Pick<Mailer, 'sendIf'>;
  readonly metrics: Pick<Metrics, 'counter'>;
  /** Drawn from [0, 1). */
  readonly chance?: () => number;
};

type Content = Omit<Mail, 'messageId'>;
type Decision = 'leaves' | 'withheld' | 'expired' | 'taken' | Date;

/** What became of an attempt, as the row of the mail says it; `why` is a word that tells nothing of the person. */
type End = { readonly state: MailState; readonly why?: string };

/** Refused for what the operator mends in the settings, not for this mail: the next attempt may be taken. */
const isOfSettings = (why: string): boolean => why !== 'recipient' && why !== 'content';

const endOf = (reported: HandOverOutcome, decision: Decision | undefined): End => {
  switch (reported.outcome) {
    case 'sent':
    case 'unknown':
      return { state: reported.outcome };
    case 'refused':
      return { state: isOfSettings(reported.why) ? 'waiting' : 'refused', why: reported.why };
    case 'deferred':
      return { state: 'waiting', why: reported.why };
    case 'withheld':
      return { state: decision === 'expired' ? 'expired' : 'withheld' };
  }
};

/**
 * Sends one mail of the outbox. That the server gets the text is written down while it waits for it, in the transaction that
 * asks the mail's kind: a process that dies before has sent nothing, and of one that dies after nobody knows, so nobody
 * sends that mail again unasked.
 */
export class SendMail implements LeasedJobHandler<{ mailId: string }> {
  readonly kind = sendMailJob;
  readonly atOnce = AT_ONCE;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async run({ payload: { mailId } }: Job<{ mailId: string }>, work: LeasedWork): Promise<Again> {
    const { database, clock } = this.#parts;
    const mail = await readMail(database.queryable, mailId);
    if (mail === undefined) return undefined;
    if (mail.state === 'handed-over') return this.#settle(mail, { state: 'unknown' }, work);
    if (mail.state !== 'waiting') return undefined;
    // By a clock that may be wrong nothing is decided.
    if (!clock.isTrusted) return this.#again(pauses.first);
    const gone = await this.#goneOf(mail);
    if (gone instanceof Date) return this.#keepBack(mail, gone);
    if (gone !== undefined) return this.#settle(mail, gone, work);
    const content = await this.#open(mail);
    if (content === undefined) return this.#settle(mail, { state: 'erased' }, work);
    return this.#attempt(mail, content, work);
  }

  /** Before anybody is connected to: what will not leave needs no server. */
  async #goneOf(mail: OutgoingMail): Promise<End | Date | undefined> {
    const decision = await this.#parts.database.transaction((tx) => this.#mayLeave(tx, mail));
    if (decision instanceof Date) return decision;
    return decision === 'withheld' || decision === 'expired' ? { state: decision } : undefined;
  }

  async #mayLeave(tx: Queryable, mail: OutgoingMail): Promise<Decision> {
    const { kinds, clock } = this.#parts;
    if (mail.notAfter !== null && mail.notAfter <= clock.now()) return 'expired';
    const { mailId, tenantId, subject, about } = mail;
    const leaving = { mailId, tenantId, subject, about };
    const said = await kinds.of(mail.kind).mayStillLeave(tx, leaving);
    if (said instanceof Date) return said;
    return said ? 'leaves' : 'withheld';
  }

  /** Undefined: the person was erased, and the mail with them. */
  async #open({ tenantId, subject, sealed, mailId }: OutgoingMail): Promise<Content | undefined> {
    if (sealed === null) throw new Error(`Mail ${mailId} waits and has no text.`);
    try {
      const text = await this.#parts.texts.open({ tenantId, subject }, sealed, placeOf(mailId));
      return JSON.parse(text) as Content;
    } catch (error) {
      if (error instanceof SubjectErased) return undefined;
      throw error;
    }
  }

  async #attempt(mail: OutgoingMail, content: Content, work: LeasedWork): Promise<Again> {
    const { mailer, database } = this.#parts;
    const { mailId, kind } = mail;
    let decision: Decision | undefined;
    const mayBeHandedOver = async (): Promise<boolean> => {
      decision = await database.transaction(async (tx): Promise<Decision> => {
        work.signal.throwIfAborted();
        await work.prove(tx);
        const said = await this.#mayLeave(tx, mail);
        if (said !== 'leaves') return said;
        return (await markHandedOver(tx, mailId)) ? 'leaves' : 'taken';
      });
      return decision === 'leaves';
    };
    const reported = await mailer.sendIf(
      { idempotencyId: mailId, kind, ...content },
      mayBeHandedOver,
    );
    if (decision === 'taken') return undefined;
    if (decision instanceof Date) return this.#keepBack(mail, decision);
    const end = endOf(reported, decision);
    if (end.state !== 'waiting') return this.#settle(mail, end, work);
    if (this.#isTriedLongEnough(mail)) {
      return this.#settle(mail, { ...end, state: 'given-up' }, work);
    }
    if (decision === 'leaves') return this.#settle(mail, end, work);
    const attempt = { why: end.why ?? '', now: this.#parts.clock.now() };
    await countAttempt(database.queryable, mailId, attempt);
    return this.#again(this.#pauseAfter(mail));
  }

  async #keepBack({ mailId }: OutgoingMail, until: Date): Promise<Again> {
    await keepBack(this.#parts.database.queryable, mailId, until);
    return { runAt: until };
  }

  #isTriedLongEnough({ triedSince }: OutgoingMail): boolean {
    const triedMs = this.#parts.clock.now().getTime() - triedSince.getTime();
    return triedMs > TRIED_DAYS_MAX * DAY_MS;
  }

  async #settle(mail: OutgoingMail, { state, why }: End, work: LeasedWork): Promise<Again> {
    const { database, clock, metrics } = this.#parts;
    const { mailId, kind } = mail;
    const isMine = await database.transaction(async (tx) => {
      // What waits needs its job, which may be another attempt's by now; what was answered is true whoever says it.
      if (state === 'waiting') await work.prove(tx);
      const settled = await settleMail(tx, mailId, {
        state,
        ...(why === undefined ? {} : { why }),
        now: clock.now(),
        // Given up for lost, and then its answer came after all.
        from: ['waiting', 'handed-over', 'unknown'],
      });
      return settled !== undefined;
    });
    if (!isMine) return undefined;
    if (state === 'waiting') return this.#again(this.#pauseAfter(mail));
    metrics
      .counter('tact_outgoing_mails_total', 'Mails by what became of them in the end.', [
        'kind',
        'state',
      ])
      .inc({ kind, state });
    return undefined;
  }

  #pauseAfter({ attempts }: OutgoingMail): number {
    return backoffOf(pauses, attempts + 1, (this.#parts.chance ?? Math.random)());
  }

  #again(pauseMs: number): { runAt: Date } {
    return { runAt: new Date(this.#parts.clock.now().getTime() + pauseMs) };
  }
}
