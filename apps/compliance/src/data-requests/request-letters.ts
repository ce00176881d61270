import { Injectable } from '@nestjs/common';
import type { PageLanguage } from '@tact/contracts';
import type { DataRequestEvent, RequestState } from '@tact/domain';
import {
  type LeavingMail,
  type MailDocument,
  type MailKind,
  MailOutbox,
  type Queryable,
  SubjectErased,
  Tenants,
} from '@tact/platform';
import { type AddressOnFile, AddressesOnFile } from '../addresses/addresses-on-file.ts';
import { RequestCodes } from './request-codes.ts';
import { codeMail, extensionMail, refusalMail } from './request-words.ts';

export const codeMailKind = 'data-request-code';
const letterMailKind = 'data-request-letter';

type Of = { readonly tenantId: string; readonly state: RequestState };
type Happened = { readonly event: DataRequestEvent };
type To = AddressOnFile & {
  readonly contactId: string;
  readonly language: PageLanguage;
  readonly name: string;
};

/** What is told of an event, where anything is. */
const letterOf = (
  to: To,
  { state, event }: Happened & { readonly state: RequestState },
): MailDocument | undefined => {
  if (event.type === 'DataRequestExtended') {
    return extensionMail(to, { reason: event.data.justification, until: event.data.legalDue });
  }
  const { proposal } = state;
  if (event.type !== 'DataRequestRefused' || proposal === undefined) return undefined;
  return refusalMail(to, { ground: proposal.ground, complaint: proposal.complaint });
};

/** What is written to the person of a request, to the address on file and to no other. */
@Injectable()
export class RequestLetters {
  constructor(
    private readonly outbox: MailOutbox,
    private readonly addresses: AddressesOnFile,
    private readonly tenants: Tenants,
  ) {}

  get areSent(): boolean {
    return this.outbox.isOpen;
  }

  /** Where the person of a request is reached; undefined where there is nobody, or several. */
  async addresseeOf(tx: Queryable, { tenantId, state }: Of): Promise<To | undefined> {
    const [contactId, another] = state.contactIds ?? [];
    if (contactId === undefined || another !== undefined) return undefined;
    const address = await this.addresses.of(tx, { tenantId, contactId });
    if (address === undefined) return undefined;
    const tenant = await this.tenants.of(tenantId);
    const language = tenant?.languages[0] ?? 'fr';
    return { ...address, contactId, language, name: tenant?.name ?? tenantId };
  }

  /** Leaves the code in the outbox; false: the person was erased meanwhile. */
  sendCode(
    tx: Queryable,
    {
      tenantId,
      to,
      ...sent
    }: {
      readonly tenantId: string;
      readonly to: To;
      readonly codeId: string;
      readonly code: string;
      readonly expiresAt: Date;
    },
  ): Promise<boolean> {
    const { codeId, code, expiresAt } = sent;
    const { contactId: subject, email, ref: address } = to;
    return this.#enqueue(tx, {
      kind: codeMailKind,
      tenantId,
      subject,
      to: email,
      document: codeMail(to, { code, expiresAt }),
      about: { code: codeId, address },
      notAfter: expiresAt,
    });
  }

  /** Tells of a decision, where the person can be reached; where not, the business tells them itself. */
  async leave(tx: Queryable, { tenantId, state, event }: Of & Happened): Promise<void> {
    if (!this.areSent) return;
    const to = await this.addresseeOf(tx, { tenantId, state });
    const document = to && letterOf(to, { state, event });
    if (to === undefined || document === undefined) return;
    const { contactId: subject, email, ref: address } = to;
    await this.#enqueue(tx, {
      kind: letterMailKind,
      tenantId,
      subject,
      to: email,
      document,
      about: { address },
    });
  }

  async #enqueue(tx: Queryable, mail: Parameters<MailOutbox['enqueue']>[1]): Promise<boolean> {
    try {
      await this.outbox.enqueue(tx, mail);
      return true;
    } catch (error) {
      if (error instanceof SubjectErased) return false;
      throw error;
    }
  }
}

/** A code leaves while it can be used, and to whoever the address is still filed under. */
@Injectable()
export class CodeMails implements MailKind {
  readonly name = codeMailKind;

  constructor(
    private readonly codes: RequestCodes,
    private readonly addresses: AddressesOnFile,
  ) {}

  async mayStillLeave(tx: Queryable, { tenantId, subject, about }: LeavingMail): Promise<boolean> {
    if (!(await this.codes.isLive(tx, about['code'] ?? ''))) return false;
    const contact = { tenantId, contactId: subject };
    return await this.addresses.isFiled(tx, contact, about['address'] ?? '');
  }
}

/** What was decided is told to whoever the address is still filed under. */
@Injectable()
export class LetterMails implements MailKind {
  readonly name = letterMailKind;

  constructor(private readonly addresses: AddressesOnFile) {}

  mayStillLeave(
    tx: Queryable,
    { tenantId, subject: contactId, about }: LeavingMail,
  ): Promise<boolean> {
    return this.addresses.isFiled(tx, { tenantId, contactId }, about['address'] ?? '');
  }
}
