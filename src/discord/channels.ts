/** Where the bot may answer: what the operator says, and within that what a server's admins say. */

/** Ids of channels: where `allowed` names any, only those; never those of `denied`. */
export interface ChannelRules {
  allowed: readonly string[];
  denied: readonly string[];
}

/**
 * Whether a channel of a server may be answered in.
 * @param channel its id, and that of the channel that it is a thread of
 */
export function mayAnswerIn(channel: readonly (string | null)[], rules: readonly ChannelRules[]): boolean {
  return rules.every(
    ({ allowed, denied }) =>
      !denied.some((id) => channel.includes(id)) &&
      (allowed.length === 0 || allowed.some((id) => channel.includes(id))),
  );
}
