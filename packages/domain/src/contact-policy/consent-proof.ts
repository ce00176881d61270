import type { ConsentProof, ConsentState, Purpose } from '@tact/contracts';
import { consentByUseSentence, isConsentByUse } from '../consent-texts/consent-by-use.ts';
import { knownClauses } from '../consent-texts/known-clauses.ts';

export type ProofRefusal = { readonly pointer: string; readonly message: string };

/** Where a consent came in: a line of a file names no method. */
export type ProofDoor = 'request' | 'file';

const sentences = {
  source: 'Say where the agreement was heard or read.',
  notice:
    'Name the text that the person was shown: noticeId of a registered one, or noticeVersion and noticeSha256.',
  both: 'Name one text: noticeId, or noticeVersion and noticeSha256.',
  unknown: 'No text is registered under this id: POST /v1/notices registers one.',
  method: 'Say how the person agreed: form, recorded-call, paper or other.',
  doubleOptIn:
    'A double opt-in is written by the platform alone: ask the person at POST /v1/consents/confirmations. One of another system is other, with its evidenceRef.',
} as const;

export const aboutSentence = 'This text is about other purposes: nobody agreed to this one by it.';

const noticeRefusals = (proof: ConsentProof): readonly ProofRefusal[] => {
  const { noticeId, noticeVersion, noticeSha256 } = proof;
  const isOutside = noticeVersion !== undefined && noticeSha256 !== undefined;
  const isNamed = noticeVersion !== undefined || noticeSha256 !== undefined;
  if (noticeId !== undefined) {
    return isNamed ? [{ pointer: '/noticeId', message: sentences.both }] : [];
  }
  if (isOutside) {
    const isByUse = knownClauses.has(noticeSha256);
    return isByUse ? [{ pointer: '/noticeSha256', message: consentByUseSentence }] : [];
  }
  const missing = noticeVersion === undefined ? '/noticeVersion' : '/noticeSha256';
  return [{ pointer: isNamed ? missing : '/noticeId', message: sentences.notice }];
};

const methodRefusals = ({ method }: ConsentProof): readonly ProofRefusal[] => {
  if (method === undefined) return [{ pointer: '/method', message: sentences.method }];
  // What the platform says it saw the person do is told by nobody else.
  return method === 'double-opt-in' ? [{ pointer: '/method', message: sentences.doubleOptIn }] : [];
};

const sourceRefusals = ({ source }: ConsentProof): readonly ProofRefusal[] => {
  if (source === undefined) return [{ pointer: '/source', message: sentences.source }];
  return isConsentByUse(source) ? [{ pointer: '/source', message: consentByUseSentence }] : [];
};

type Stated = {
  readonly state: ConsentState;
  readonly purpose: Purpose;
  readonly proof?: ConsentProof | undefined;
};

/** Which texts are registered. */
type Notices = {
  readonly has: (noticeId: string) => boolean;
  readonly idOf: (sha256: string) => string | undefined;
  /** What a registered text is about; undefined: nothing was said of it. */
  readonly purposesOf: (noticeId: string) => readonly Purpose[] | undefined;
};

/** What a file says without a method was given in another way than those that are named. */
const withMethod = (proof: ConsentProof, door: ProofDoor): ConsentProof =>
  door === 'file' && proof.method === undefined ? { ...proof, method: 'other' } : proof;

/** A text that is registered is named by its id alone, which says its version and its hash. */
const withNotice = (proof: ConsentProof, notices: Notices): ConsentProof => {
  const { noticeVersion: _, noticeSha256, ...others } = proof;
  const noticeId = noticeSha256 === undefined ? undefined : notices.idOf(noticeSha256);
  return noticeId === undefined ? proof : { ...others, noticeId };
};

const textRefusals = (
  proof: ConsentProof,
  purpose: Purpose,
  notices: Notices,
): readonly ProofRefusal[] => {
  if (proof.noticeId !== undefined && !notices.has(proof.noticeId)) {
    return [{ pointer: '/noticeId', message: sentences.unknown }];
  }
  const { noticeId } = withNotice(proof, notices);
  const about = noticeId === undefined ? undefined : notices.purposesOf(noticeId);
  if (about === undefined || about.includes(purpose)) return [];
  const pointer = proof.noticeId === undefined ? '/noticeSha256' : '/noticeId';
  return [{ pointer, message: aboutSentence }];
};

/**
 * The proof of a consent as it is kept, or what it lacks: one that was given is shown by the text the person saw and by how
 * she agreed (GDPR Art. 7(1)); a withdrawal needs no proof, and never waits for one. Pointers are into the proof.
 */
export const judgeProof = (
  { state, purpose, proof = {} }: Stated,
  door: ProofDoor,
  notices: Notices,
): { readonly proof: ConsentProof } | { readonly refusals: readonly ProofRefusal[] } => {
  if (state === 'withdrawn') return { proof };
  const stated = withMethod(proof, door);
  const refusals = [
    ...sourceRefusals(stated),
    ...noticeRefusals(stated),
    ...methodRefusals(stated),
    ...textRefusals(stated, purpose, notices),
  ];
  return refusals.length > 0 ? { refusals } : { proof: withNotice(stated, notices) };
};
