import type { CodeChannel, EventDataOf, IdentityProof, RefusalGround } from '@tact/contracts';
import type { Eyes, SecondLookRefusal } from '../four-eyes/second-person.ts';
import type { CarriedOut } from './rights.ts';

export type ReceiveDataRequest = {
  readonly kind: 'receive';
  readonly request: Omit<
    EventDataOf<'DataRequestReceived'>,
    'receivedAt' | 'internalDue' | 'legalDue'
  >;
  readonly receivedAt: Date;
  readonly now: Date;
};

/** What is done about a request, with the instant of it. */
export type RequestAct =
  | { readonly kind: 'resolve'; readonly contactIds: readonly string[] }
  | {
      readonly kind: 'send-code';
      readonly codeId: string;
      readonly channel: CodeChannel;
      readonly expiresAt: Date;
    }
  | {
      readonly kind: 'miss-code';
      readonly codeId: string;
      readonly attempt: number;
      readonly isClosed: boolean;
    }
  | {
      readonly kind: 'prove';
      readonly proof: IdentityProof;
      /** When the person last proved control of what is on file, by anything but a request's code. */
      readonly verifiedAt?: Date | undefined;
    }
  | { readonly kind: 'start' }
  | { readonly kind: 'pause'; readonly justification: string }
  | { readonly kind: 'resume' }
  | { readonly kind: 'extend'; readonly justification: string }
  | {
      readonly kind: 'propose-refusal';
      readonly ground: RefusalGround;
      readonly evidence: string;
      readonly complaint: string;
      readonly proposedBy: Eyes;
    }
  | {
      readonly kind: 'refuse';
      readonly approvedBy: Eyes;
      readonly hasStaff: boolean;
      /** Instant of the proposal that the second person saw. */
      readonly proposedAt: string;
    }
  | { readonly kind: 'cancel' }
  | {
      readonly kind: 'complete';
      readonly by: CarriedOut;
      readonly justification?: string | undefined;
    }
  | { readonly kind: 'lack'; readonly by: CarriedOut; readonly justification: string };

export type DatedAct = RequestAct & { readonly now: Date };
export type DataRequestCommand = ReceiveDataRequest | DatedAct;

/** Why something is not done about a request. */
export type RequestRefusal =
  | 'unknown'
  | 'received-in-future'
  /** Its state does not allow it. */
  | 'not-now'
  /** Its identifiers are not one person's. */
  | 'several-people'
  | 'extended-before'
  | 'due-passed'
  /** The law knows no such ground for this right. */
  | 'no-ground'
  | 'nothing-proposed'
  /** Somebody else carries out this right. */
  | 'not-yours'
  | SecondLookRefusal;
