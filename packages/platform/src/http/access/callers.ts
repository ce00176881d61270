import type { ApiKeys, KeyEnd } from './api-keys.ts';
import type { CallerIdentity } from './caller.ts';
import { PersonTokens, type TokenEnd } from './person-tokens.ts';

export type CallerEnd = KeyEnd | TokenEnd;

/** Who calls, by the key of a program or of a person, or by the signed token of a person who is signed in. */
export class Callers {
  readonly #keys: ApiKeys;
  readonly #tokens: PersonTokens;

  constructor(keys: ApiKeys, tokens: PersonTokens) {
    this.#keys = keys;
    this.#tokens = tokens;
  }

  verify(text: string): Promise<CallerIdentity | undefined> {
    return PersonTokens.isOne(text) ? this.#tokens.verify(text) : this.#keys.verify(text);
  }

  refusalOf(text: string): Promise<CallerEnd | undefined> {
    return PersonTokens.isOne(text) ? this.#tokens.refusalOf(text) : this.#keys.refusalOf(text);
  }

  /** Whoever works here, is signed in, or has a key: one of them changed. */
  forget(): void {
    this.#keys.forget();
    this.#tokens.forget();
  }
}
