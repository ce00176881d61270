import type { Command } from 'commander';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';
import { approveProposal, declineProposal, showProposal } from './decide-proposal.ts';
import { listProposals } from './list-proposals.ts';

type Running = () => { readonly api: TactClient; readonly terminal: Terminal };

/** `tact proposals`: what takes a second person. */
export const addProposals = (tact: Command, running: Running): void => {
  const proposals = tact.command('proposals').description('what waits for a second person');
  proposals
    .command('list', { isDefault: true })
    .description('what was proposed lately, and what waits')
    .action(() => listProposals(running()));
  proposals
    .command('show')
    .description('all that is proposed, and its hash')
    .argument('<proposalId>')
    .action((proposalId: string) => showProposal(proposalId, running()));
  proposals
    .command('approve')
    .description('agree, as a second person, to what you saw')
    .argument('<proposalId>')
    .requiredOption('--sha256 <hash>', 'of the content, as tact proposals show says it')
    .option('--name <name>', 'who you are, where the key is nobody’s and the tenant has no staff')
    .action((proposalId: string, options: { sha256: string; name?: string }) =>
      approveProposal({ proposalId, ...options }, running()),
    );
  proposals
    .command('decline')
    .description('do not agree, or take back what you proposed')
    .argument('<proposalId>')
    .action((proposalId: string) => declineProposal(proposalId, running()));
};
