/** What one member of staff proposes, and what a second one agrees to. */
type Proposed = {
  readonly type: string;
  readonly data: { readonly proposedBy: string; readonly keyId: string };
};
type Approved = {
  readonly type: string;
  readonly data: { readonly approvedBy: string; readonly keyId: string };
};

export type FourEyes<P extends Proposed, A extends Approved> = {
  readonly proposed?: P['data'];
  readonly approved?: A['data'];
};

/** Why an approval is none. */
export type ApprovalRefusal = 'unknown' | 'decided' | 'same-key' | 'same-name';

const folded = (name: string): string =>
  name.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ').trim();

const refusalOf = (
  { proposed, approved }: FourEyes<Proposed, Approved>,
  { data }: Approved,
): ApprovalRefusal | undefined => {
  if (proposed === undefined) return 'unknown';
  if (approved !== undefined) return 'decided';
  if (proposed.keyId === data.keyId) return 'same-key';
  return folded(proposed.proposedBy) === folded(data.approvedBy) ? 'same-name' : undefined;
};

/** A proposal and its approval in one stream: two members of staff with two keys, or nothing. The command is the event. */
export const fourEyes = <P extends Proposed, A extends Approved>(proposedType: P['type']) => {
  const isProposal = (event: P | A): event is P => event.type === proposedType;
  return {
    initial: (): FourEyes<P, A> => ({}),
    evolve: (state: FourEyes<P, A>, event: P | A): FourEyes<P, A> =>
      isProposal(event) ? { ...state, proposed: event.data } : { ...state, approved: event.data },
    decide: (
      command: P | A,
      state: FourEyes<P, A>,
    ): readonly (P | A)[] | { readonly refused: ApprovalRefusal } => {
      if (isProposal(command)) return state.proposed === undefined ? [command] : [];
      const refused = refusalOf(state, command);
      return refused === undefined ? [command] : { refused };
    },
  };
};
