import { Injectable } from '@nestjs/common';
import type { PageLanguage, Purpose } from '@tact/contracts';
import type { ConfirmingRefusal } from '@tact/domain';
import { Addressees } from '../languages/addressees.ts';
import { HeededStops } from '../ways-out/heeded-stops.ts';
import { ConfirmingAddresses } from './confirming-addresses.ts';

/** One plain address, as a mail can carry it. */
const sendable = /^[^\s<>(),;:"\\@]+@[^\s<>(),;:"\\@]+$/;

/** Where somebody is asked, and in what language. */
@Injectable()
export class AskedAddresses {
  constructor(
    private readonly addressees: Addressees,
    private readonly confirming: ConfirmingAddresses,
    private readonly stops: HeededStops,
  ) {}

  /** 423 where the use of what is known of the person is restricted. */
  assertFree(tenantId: string, contactId: string): Promise<void> {
    return this.addressees.restricted.assertFree(tenantId, contactId);
  }

  /** What the mail is written in; the text it leads to stays as it was registered. */
  languageOf(tenantId: string, contactId: string): Promise<PageLanguage> {
    return this.addressees.languages.of(tenantId, contactId);
  }

  /** The address on file; one that the caller named the contact by is on file too. */
  async emailOf(
    tenantId: string,
    contactId: string,
    named: string | undefined,
  ): Promise<string | undefined> {
    const onFile = await this.addressees.cards.emailOf(tenantId, contactId);
    const email = onFile ?? (await this.#named(tenantId, contactId, named));
    return email !== undefined && sendable.test(email) ? email : undefined;
  }

  /** Why nobody confirms through an address; undefined where the person can. */
  refusalOf(
    tenantId: string,
    contactId: string,
    email: string,
  ): Promise<ConfirmingRefusal | undefined> {
    return this.confirming.refusalOf({ tenantId, contactId }, email);
  }

  /** Whether whoever reads an address stopped mails of a purpose there. */
  isStopped(
    { tenantId, contactId }: { readonly tenantId: string; readonly contactId: string },
    { email, purpose }: { readonly email: string; readonly purpose: Purpose },
  ): Promise<boolean> {
    const address = this.addressees.cards.refOf(tenantId, email);
    return this.stops.areStopped({ tenantId, contactId, address, purpose });
  }

  async #named(
    tenantId: string,
    contactId: string,
    named: string | undefined,
  ): Promise<string | undefined> {
    if (named === undefined) return undefined;
    const isHers = await this.addressees.cards.isNamedBy(tenantId, contactId, named);
    return isHers ? named.trim() : undefined;
  }
}
