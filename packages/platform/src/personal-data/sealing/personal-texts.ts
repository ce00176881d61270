import type { TextSealer } from '../../event-store/events.ts';
import { openBox, sealBox } from '../boxes.ts';
import { subjectId, type Subject, type SubjectKeys } from '../keys/subject-keys.ts';
import { SubjectErased } from '../refusals.ts';

/** `revision.box`, the box in base64. */
const sealedForm = /^(\d+)\.([A-Za-z0-9+/=]+)$/;

/** Seals what is kept of a person and is no event, under the person's key: an erasure makes it unreadable as well. */
export class PersonalTexts implements TextSealer {
  readonly #keys: Pick<SubjectKeys, 'find' | 'provide'>;

  constructor(keys: Pick<SubjectKeys, 'find' | 'provide'>) {
    this.#keys = keys;
  }

  async seal({ tenantId, subject }: Subject, text: string, place: string): Promise<string> {
    const person = { tenantId, subject };
    const ring = (await this.#keys.provide([person])).get(subjectId(person));
    if (ring?.state === 'erased') throw new SubjectErased([subject]);
    const key = ring?.keys.get(ring.revision);
    if (ring === undefined || key === undefined) throw new Error(`No key was given to ${subject}`);
    const box = sealBox(key, text, contextOf(person, ring.revision, place));
    return `${ring.revision}.${box.toString('base64')}`;
  }

  async open({ tenantId, subject }: Subject, sealed: string, place: string): Promise<string> {
    const person = { tenantId, subject };
    const ring = (await this.#keys.find([person])).get(subjectId(person));
    if (ring?.state === 'erased') throw new SubjectErased([subject]);
    const [, revision, box] = sealedForm.exec(sealed) ?? [];
    const key = ring?.keys.get(Number(revision));
    if (key === undefined || box === undefined) {
      throw new Error(`A text kept of ${subject} has no form or no key that is known`);
    }
    const context = contextOf(person, Number(revision), place);
    return openBox(key, Buffer.from(box, 'base64'), context).toString('utf8');
  }
}

const contextOf = ({ tenantId, subject }: Subject, revision: number, place: string): string =>
  JSON.stringify(['tact text', tenantId, subject, revision, place]);
