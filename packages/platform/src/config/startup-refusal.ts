/** Why a service does not start, as one sentence for the person who started it. Never a stack, never a secret. */
export class StartupRefusal extends Error {
  override readonly name = 'StartupRefusal';
}
