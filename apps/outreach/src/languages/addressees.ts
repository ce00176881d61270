import { Injectable } from '@nestjs/common';
import { RestrictedContacts } from '@tact/platform';
import { AddressCards } from '../addresses/address-cards.ts';
import { PersonLanguages } from './person-languages.ts';

/** Where somebody is written to, in what language, and who asked that nothing of theirs is used. */
@Injectable()
export class Addressees {
  constructor(
    readonly cards: AddressCards,
    readonly languages: PersonLanguages,
    readonly restricted: RestrictedContacts,
  ) {}
}
