import { Injectable } from '@nestjs/common';
import type { DeclaredConsent } from '@tact/contracts';
import { judgeProof } from '@tact/domain';
import { Clock, notAfter, Notices, ProblemError, refuseFuture } from '@tact/platform';
import type { ProvenConsent } from './registration-request.ts';

type Errors = readonly { readonly pointer: string; readonly message: string }[];
type Judged = ProvenConsent | { readonly errors: Errors };

/** Judges consents where they come in: whatever gives is shown, and whatever withdraws is taken as it is. */
@Injectable()
export class ProvenConsents {
  constructor(
    private readonly notices: Notices,
    private readonly clock: Clock,
  ) {}

  /** Of a request, all of them, dated no later than now, or a refusal of the whole. */
  async ofRequest(
    tenantId: string,
    stated: readonly DeclaredConsent[],
  ): Promise<readonly ProvenConsent[]> {
    const now = this.clock.now();
    refuseFuture(
      now,
      stated.map(({ at }, nth) => ({ at, pointer: `/consents/${nth}/at` })),
    );
    const judged = await this.#judged(tenantId, stated, 'request');
    const errors = judged.flatMap((one, nth) =>
      'errors' in one
        ? one.errors.map(({ pointer, message }) => ({
            pointer: `/consents/${nth}${pointer}`,
            message,
          }))
        : [],
    );
    if (errors.length > 0) throw new ProblemError('unprocessable', { errors });
    const proven = judged.flatMap((one) => ('errors' in one ? [] : [one]));
    return proven.map((consent) => ({ ...consent, at: notAfter(now, consent.at) }));
  }

  /** Of lines of a file, each by itself, dated as they say. */
  ofLines(tenantId: string, lines: readonly DeclaredConsent[]): Promise<readonly Judged[]> {
    return this.#judged(tenantId, lines, 'file');
  }

  async #judged(
    tenantId: string,
    stated: readonly DeclaredConsent[],
    door: 'request' | 'file',
  ): Promise<readonly Judged[]> {
    if (stated.length === 0) return [];
    const notices = await this.notices.named(
      tenantId,
      stated.map(({ proof }) => proof),
    );
    return stated.map(({ purpose, channel, state, at, proof }): Judged => {
      const judged = judgeProof({ state, purpose, proof }, door, notices);
      if ('proof' in judged) return { purpose, channel, state, at, proof: judged.proof };
      const errors = judged.refusals.map(({ pointer, message }) => ({
        pointer: `/proof${pointer}`,
        message,
      }));
      return { errors };
    });
  }
}
