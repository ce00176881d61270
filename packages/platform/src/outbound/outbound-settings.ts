import { z } from 'zod';
import { AddressPolicy, isNetwork } from './address-policy.ts';

const networksOf = (list: string): string[] => list.split(',').map((one) => one.trim());

export const outboundSettings = {
  /** Networks that may be called although they are not public, comma-separated. */
  TACT_OUTBOUND_NETWORKS: z
    .string()
    .refine((list) => networksOf(list).every(isNetwork), 'it looks like 10.20.0.0/16,fd12::/48')
    .optional(),
};
const schema = z.object(outboundSettings);

/** For addresses that are settings of the operator: servers of the own network and of this machine too. */
export const operatorPolicyOf = ({
  TACT_OUTBOUND_NETWORKS: list,
}: z.infer<typeof schema>): AddressPolicy =>
  new AddressPolicy({
    loopback: true,
    ownNetwork: true,
    ...(list === undefined ? {} : { networks: networksOf(list) }),
  });
