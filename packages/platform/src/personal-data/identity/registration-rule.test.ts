import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Identities } from '@tact/contracts';
import * as fc from 'fast-check';
import { bareSpellings, identitySpellings } from './canonical-identity.ts';
import { keysOf, tellerOf } from './identity-key.ts';
import { isStrong } from './identity-strength.ts';
import { type HeldRow, KnownIdentities } from './known-identities.ts';
import {
  type ConflictDecision,
  decideRegistration,
  type Registering,
} from './registration-rule.ts';

const key = createSecretKey(Buffer.alloc(32, 1));

/** The index without a database: rows of the present. */
class Register {
  rows: HeldRow[] = [];
  #drawn = 0;

  ownersOf(id: string): readonly string[] {
    return this.rows.filter((row) => row.id === id).map(({ contactId }) => contactId);
  }

  idsOf(contactId: string): readonly string[] {
    return this.rows.filter((row) => row.contactId === contactId).map(({ id }) => id);
  }

  registering(identities: Identities, decided?: ConflictDecision): Registering {
    const keys = keysOf(key, 'acme', identitySpellings(identities));
    const [bare] = keysOf(key, 'acme', bareSpellings(identities));
    return { keys, bare: bare?.id, teller: tellerOf(identities), decided };
  }

  register(...people: readonly Registering[]) {
    const asked = new Set(people.flatMap(({ keys, bare }) => [bare, ...keys.map(({ id }) => id)]));
    const owners = this.rows.filter(({ id }) => asked.has(id));
    const contacts = new Set(owners.map(({ contactId }) => contactId));
    const held = this.rows.filter(({ contactId }) => contacts.has(contactId));
    const known = new KnownIdentities(
      owners.map((row) => ({ ...row, until: null })),
      held,
      new Date(0),
    );
    const done = people.map((one) =>
      decideRegistration(one, known, () => `ct_${(this.#drawn += 1)}`),
    );
    for (const { id, contactId, ends, teller } of known.changes.changed) {
      const isIt = (row: HeldRow) => row.id === id && row.contactId === contactId;
      expect(this.rows.filter(isIt)).toHaveLength(1);
      this.rows = this.rows.flatMap((row) => {
        if (!isIt(row)) return [row];
        return ends ? [] : [{ ...row, teller }];
      });
    }
    this.rows.push(...known.changes.added);
    return done;
  }
}

const phone = fc.constantFrom(
  '+33639980101',
  '+33639980102',
  '+33639980103',
  '+5511987654321',
  '+551187654321',
);
const record = fc.constantFrom('1', '2', '3');
const row: fc.Arbitrary<Identities> = fc
  .record(
    {
      link: fc.record({
        connection: fc.constantFrom('hubspot', 'zendesk'),
        object: fc.constant('contact'),
        id: record,
      }),
      crmId: record,
      bsuid: fc.constantFrom('FR.1', 'FR.2', 'FR.3'),
      parentBsuid: fc.constantFrom('FR.ENT.1'),
      phone,
      email: fc.constantFrom('a@exemple.fr', 'A@exemple.fr', 'b@exemple.fr', 'c@exemple.fr'),
    },
    { requiredKeys: [] },
  )
  .filter((identities) => Object.keys(identities).length > 0);
const decided = fc.option(fc.constantFrom('same-person', 'moved-to-second'), {
  nil: undefined,
  freq: 8,
}) as fc.Arbitrary<ConflictDecision | undefined>;
const rows = fc.array(fc.record({ row, decided }), { minLength: 1, maxLength: 40 });
const runs = { numRuns: 120 };

describe('over any rows, moves, conflicts and settlements', () => {
  test('a strong identity has one owner at most', () => {
    fc.assert(
      fc.property(rows, (rowsGiven) => {
        const register = new Register();
        for (const one of rowsGiven) register.register(register.registering(one.row, one.decided));
        const strong = register.rows.filter(({ kind }) => isStrong(kind)).map(({ id }) => id);
        expect(new Set(strong).size).toBe(strong.length);
      }),
      runs,
    );
  });

  test('no row joins strong identities of different owners, or takes one away, unless a person says so', () => {
    fc.assert(
      fc.property(rows, (rowsGiven) => {
        const register = new Register();
        for (const one of rowsGiven) {
          const asking = register.registering(one.row, one.decided);
          const strong = asking.keys.filter(({ kind }) => isStrong(kind)).map(({ id }) => id);
          const before = register.rows;
          const owners = new Set(strong.flatMap((id) => register.ownersOf(id)));
          const [done] = register.register(asking);
          if (done === undefined || 'conflict' in done) {
            // Nothing of a conflict is applied.
            expect(register.rows).toEqual(before);
            continue;
          }
          if (one.decided !== undefined) continue;
          expect(owners.size).toBeLessThanOrEqual(1);
          for (const owner of owners) expect(owner).toBe(done.contactId);
          // What others have stays as it was.
          const ofOthers = (all: readonly HeldRow[]) =>
            all.filter(({ contactId }) => contactId !== done.contactId);
          expect(ofOthers(register.rows)).toEqual(ofOthers(before));
        }
      }),
      runs,
    );
  });

  test('what a person types takes nothing from anybody, the contact it names included', () => {
    fc.assert(
      fc.property(rows, row, (rowsGiven, typed) => {
        const register = new Register();
        for (const one of rowsGiven) register.register(register.registering(one.row, one.decided));
        const before = register.rows;
        register.register({ ...register.registering(typed), teller: undefined });
        expect(register.rows).toEqual(expect.arrayContaining([...before]));
      }),
      runs,
    );
  });

  test('a contact has one record of a connection, and one number, unless a person says so', () => {
    fc.assert(
      fc.property(rows, (rowsGiven) => {
        const register = new Register();
        for (const one of rowsGiven) register.register(register.registering(one.row));
        for (const [, own] of Map.groupBy(register.rows, ({ contactId }) => contactId)) {
          const slots = [...Map.groupBy(own, ({ slot }) => slot)];
          for (const [slot, held] of slots) {
            // Both spellings of one number are one number.
            if (isStrong(held[0]?.kind ?? 'email')) {
              expect([slot, held.length]).toEqual([
                slot,
                slot === 'phone' ? expect.any(Number) : 1,
              ]);
              expect(held.length).toBeLessThanOrEqual(2);
            }
          }
        }
      }),
      runs,
    );
  });

  test('the same row repeated changes nothing more', () => {
    fc.assert(
      fc.property(rows, row, (rowsGiven, last) => {
        const register = new Register();
        for (const one of rowsGiven) register.register(register.registering(one.row, one.decided));
        const [first] = register.register(register.registering(last));
        const after = register.rows;
        const [again] = register.register(register.registering(last));
        expect(register.rows).toEqual(after);
        if (first !== undefined && 'contactId' in first && 'contactId' in (again ?? {})) {
          expect(again).toMatchObject({ contactId: first.contactId, created: false, added: [] });
        }
      }),
      runs,
    );
  });

  test('a batch comes to what its rows come to one by one', () => {
    fc.assert(
      fc.property(rows, rows, (rowsGiven, batch) => {
        const [together, apart] = [new Register(), new Register()];
        for (const register of [together, apart]) {
          for (const one of rowsGiven)
            register.register(register.registering(one.row, one.decided));
        }
        const people = batch.map((one) => apart.registering(one.row, one.decided));
        const done = together.register(...people);
        expect(people.flatMap((one) => apart.register(one))).toEqual(done);
        const sorted = (all: readonly HeldRow[]) =>
          all.map(({ contactId, id, teller }) => `${contactId} ${id} ${teller}`).toSorted();
        expect(sorted(together.rows)).toEqual(sorted(apart.rows));
      }),
      runs,
    );
  });
});
