import { Injectable } from '@nestjs/common';
import { AddressCards } from '../addresses/address-cards.ts';
import { PersonLanguages } from './person-languages.ts';

/** Where somebody is written to, and in what language. */
@Injectable()
export class Addressees {
  constructor(
    readonly cards: AddressCards,
    readonly languages: PersonLanguages,
  ) {}
}
