import { Controller, Get, Header } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { PublicSigningKeys } from '@tact/contracts';
import { Answers, Describe, Public, SigningKeys } from '@tact/platform';

export class ListPublicSigningKeys extends Query<PublicSigningKeys> {}

@QueryHandler(ListPublicSigningKeys)
export class ListPublicSigningKeysHandler implements IQueryHandler<ListPublicSigningKeys> {
  constructor(private readonly signingKeys: SigningKeys) {}

  execute(): Promise<PublicSigningKeys> {
    return this.signingKeys.jwks();
  }
}

@Public()
@Controller('.well-known')
export class PublicSigningKeysController {
  constructor(private readonly queries: QueryBus) {}

  @Get('privacy-jwks.json')
  // A new key signs at once, so a list may not be kept for long.
  @Header('cache-control', 'public, max-age=60')
  // Whoever checks a signature may do so in a page of its own.
  @Header('cross-origin-resource-policy', 'cross-origin')
  @Describe({
    operationId: 'listPublicSigningKeys',
    tag: 'Signatures',
    summary: 'Lists the public keys of what the platform signs',
    description:
      'A JWK Set (RFC 7517) of Ed25519 keys, the newest first. Keys that no longer sign stay listed: what they signed holds.',
  })
  @Answers(PublicSigningKeys, { description: 'The keys of all services.' })
  list(): Promise<PublicSigningKeys> {
    return this.queries.execute(new ListPublicSigningKeys());
  }
}
