import { type SecondLookRefusal, secondLookRefusal } from '@tact/domain';

/** What one member of staff proposes, and what a second one agrees to. */
type Proposed = {
  readonly type: string;
  readonly data: {
    readonly proposedBy: string;
    readonly keyId: string;
    readonly staffId?: string | undefined;
    readonly at: string;
  };
};
type Approved = {
  readonly type: string;
  readonly data: {
    readonly approvedBy: string;
    readonly keyId: string;
    readonly staffId?: string | undefined;
    readonly at: string;
  };
};

export type FourEyes<P extends Proposed, A extends Approved> = {
  readonly proposed?: P['data'];
  readonly approved?: A['data'];
};

/** The fact as it would be, and what must be known besides to judge it. */
export type FourEyesCommand<P extends Proposed, A extends Approved> =
  | { readonly propose: P }
  | { readonly approve: A; readonly hasStaff: boolean };

/** Why an approval is none. */
export type ApprovalRefusal = 'unknown' | 'decided' | SecondLookRefusal;

const refusalOf = (
  { proposed, approved }: FourEyes<Proposed, Approved>,
  { data }: Approved,
  hasStaff: boolean,
): ApprovalRefusal | undefined => {
  if (proposed === undefined) return 'unknown';
  if (approved !== undefined) return 'decided';
  return secondLookRefusal({
    proposedBy: { ...proposed, name: proposed.proposedBy },
    approvedBy: { ...data, name: data.approvedBy },
    hasStaff,
    proposedAt: proposed.at,
    now: data.at,
  });
};

/** A proposal and its approval in one stream: two people, or nothing. */
export const fourEyes = <P extends Proposed, A extends Approved>(proposedType: P['type']) => {
  const isProposal = (event: P | A): event is P => event.type === proposedType;
  return {
    initial: (): FourEyes<P, A> => ({}),
    evolve: (state: FourEyes<P, A>, event: P | A): FourEyes<P, A> =>
      isProposal(event) ? { ...state, proposed: event.data } : { ...state, approved: event.data },
    decide: (
      command: FourEyesCommand<P, A>,
      state: FourEyes<P, A>,
    ): readonly (P | A)[] | { readonly refused: ApprovalRefusal } => {
      if ('propose' in command) return state.proposed === undefined ? [command.propose] : [];
      const refused = refusalOf(state, command.approve, command.hasStaff);
      return refused === undefined ? [command.approve] : { refused };
    },
  };
};
