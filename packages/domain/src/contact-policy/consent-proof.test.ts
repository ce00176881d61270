import { describe, expect, test } from '@jest/globals';
import { type ConsentProof, exampleProof } from '@tact/contracts';
import { aboutSentence, judgeProof } from './consent-proof.ts';
import { knownClauses } from '../consent-texts/known-clauses.ts';

const noticeId = `nt_${'0'.repeat(32)}`;
const registered = 'b'.repeat(64);
const notices = {
  has: (id: string) => id === noticeId,
  idOf: (sha256: string) => (sha256 === registered ? noticeId : undefined),
  purposesOf: (): undefined => undefined,
};
const judged = (proof: ConsentProof | undefined, door: 'request' | 'file' = 'request') =>
  judgeProof({ state: 'given', purpose: 'marketing', proof }, door, notices);
const pointers = (...of: Parameters<typeof judged>) => {
  const answer = judged(...of);
  return 'refusals' in answer ? answer.refusals.map(({ pointer }) => pointer) : [];
};
const { source, method, noticeVersion, noticeSha256 } = exampleProof;

describe('a consent that was given', () => {
  test('is shown by how and where, and by a text of which the version and hash are kept', () => {
    expect(judged(exampleProof)).toEqual({ proof: exampleProof });
  });

  test('or by a registered text', () => {
    const proof = { source, method, noticeId };
    expect(judged(proof)).toEqual({ proof });
  });

  test('names a registered text by its id, though its hash was given', () => {
    expect(judged({ ...exampleProof, noticeSha256: registered })).toEqual({
      proof: { source, method, noticeId },
    });
  });

  test.each<[string, ConsentProof | undefined, string[]]>([
    ['nothing', undefined, ['/source', '/noticeId', '/method']],
    ['no source', { method, noticeId }, ['/source']],
    ['no method', { source, noticeId }, ['/method']],
    ['no text', { source, method }, ['/noticeId']],
    [
      'the hash of a clause by which using is agreeing',
      { ...exampleProof, noticeSha256: [...knownClauses][0] },
      ['/noticeSha256'],
    ],
    ['no hash', { source, method, noticeVersion }, ['/noticeSha256']],
    ['no version', { source, method, noticeSha256 }, ['/noticeVersion']],
    ['two texts', { ...exampleProof, noticeId }, ['/noticeId']],
    [
      'a text that nobody registered',
      { source, method, noticeId: 'nt_unknown0000' },
      ['/noticeId'],
    ],
    [
      'a double opt-in that the platform did not write',
      { source, method: 'double-opt-in', noticeId, evidenceRef: 'log 4711' },
      ['/method'],
    ],
  ])('is none with %s', (_, proof, expected) => {
    expect(pointers(proof)).toEqual(expected);
  });

  test('is a double opt-in of the platform’s own alone, and says what else to do', () => {
    const proof = { source, method: 'double-opt-in', noticeId, evidenceRef: 'log 4711' } as const;
    for (const door of ['request', 'file'] as const) {
      expect(judged(proof, door)).toMatchObject({
        refusals: [{ message: expect.stringContaining('POST /v1/consents/confirmations') }],
      });
    }
  });

  test('is none where the use of a service was taken for it', () => {
    const clause = 'En utilisant le service, vous consentez au traitement de vos données.';
    const answer = judged({ ...exampleProof, source: clause });
    expect(answer).toMatchObject({
      refusals: [{ pointer: '/source', message: expect.stringContaining('Art. 4(11), 7') }],
    });
  });

  test('every refusal is a sentence', () => {
    const proofs = [
      undefined,
      { source, method, noticeId: 'nt_unknown0000' },
      { ...exampleProof, noticeId },
    ];
    for (const proof of proofs) {
      const answer = judged(proof);
      if (!('refusals' in answer)) throw new Error('It was taken.');
      for (const { message } of answer.refusals) expect(message).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('a line of a file', () => {
  test('says no method, and was given in another way', () => {
    const proof = { source, noticeVersion, noticeSha256 };
    expect(judged(proof, 'file')).toEqual({ proof: { ...proof, method: 'other' } });
    expect(judged({ ...proof, method: 'paper' }, 'file')).toEqual({
      proof: { ...proof, method: 'paper' },
    });
  });

  test('needs a text all the same', () => {
    expect(pointers({ source }, 'file')).toEqual(['/noticeId']);
  });
});

test('a withdrawal needs no proof, and keeps what is said of it', () => {
  for (const proof of [
    {},
    { source: 'letter' },
    { source: 'By using this you consent.' },
    { noticeId: 'nt_x' },
  ]) {
    expect(
      judgeProof({ state: 'withdrawn', purpose: 'marketing', proof }, 'request', notices),
    ).toEqual({ proof });
  }
  expect(judgeProof({ state: 'withdrawn', purpose: 'marketing' }, 'file', notices)).toEqual({
    proof: {},
  });
});

test('a text that says what it is about shows no agreement to anything else, however it is named', () => {
  const about = { ...notices, purposesOf: () => ['feedback' as const] };
  const named = [
    [{ source, method, noticeId }, '/noticeId'],
    [{ ...exampleProof, noticeSha256: registered }, '/noticeSha256'],
  ] as const;
  for (const [proof, pointer] of named) {
    const refused = { refusals: [{ pointer, message: aboutSentence }] };
    const judge = (purpose: 'marketing' | 'feedback') =>
      judgeProof({ state: 'given', purpose, proof }, 'request', about);
    expect(judge('marketing')).toEqual(refused);
    expect(judge('feedback')).toEqual({ proof: { source, method, noticeId } });
  }
  // A text that is kept elsewhere says nothing of what it is about.
  const elsewhere = { state: 'given', purpose: 'marketing', proof: exampleProof } as const;
  expect(judgeProof(elsewhere, 'request', about)).toEqual({ proof: exampleProof });
});
