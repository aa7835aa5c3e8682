/**
 * Which web addresses may be asked for a page. An article's address comes from outside, and so do the redirects
 * behind it: neither may lead to the operator's own network. What a name resolves to is checked, and the
 * connection then goes to those very addresses (see fetch.ts), so that a name cannot change its mind between
 * the check and the connection.
 */
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { VerbatimError } from '../../errors.ts';

/** Resolves a name to all its addresses, like `dns.promises.lookup(name, { all: true })`. */
export type Lookup = (name: string) => Promise<LookupAddress[]>;

/** Names that never leave the machine or its network (RFC 6761, RFC 6762, RFC 8375, and ICANN's "internal"). */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|localdomain|internal|home\.arpa|onion)$/;

/** The IPv6 addresses that are given out for public use at all. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/** Whether an address belongs to the public internet: not private, loopback, link-local, shared, mapped or reserved. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL_UNICAST);
}

/**
 * Reads a web address as somebody typed it or a redirect gave it.
 * @param base the address it is relative to, for a redirect
 * @throws VerbatimError when it is none, or of a kind that is not fetched
 */
export function parseAddress(text: string, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(text, base);
  } catch (error) {
    throw new VerbatimError('it is not a valid web address', { cause: error });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new VerbatimError(`only http and https addresses are fetched, not ${url.protocol.slice(0, -1)}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new VerbatimError('it holds a user name or password: save the page and add the file');
  }
  return url;
}

/**
 * Resolves the host of an address to what may be connected to.
 * @throws VerbatimError when the name does not resolve, or one of its addresses is not public
 */
export async function resolveHost(url: URL, lookup: Lookup, allowPrivate: boolean): Promise<LookupAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const family = isIP(host);
  if (!allowPrivate && family === 0 && LOCAL_NAME.test(host)) throw notPublic(host, null);
  let addresses: LookupAddress[];
  try {
    addresses = family === 0 ? await lookup(host) : [{ address: host, family }];
  } catch (error) {
    throw new VerbatimError(`the name ${host} could not be resolved`, { cause: error });
  }
  if (addresses.length === 0) throw new VerbatimError(`the name ${host} could not be resolved`);
  if (!allowPrivate) {
    const refused = addresses.find(({ address }) => !isPublicAddress(address));
    if (refused !== undefined) throw notPublic(host, refused.address === host ? null : refused.address);
  }
  return addresses;
}

function notPublic(host: string, address: string | null): VerbatimError {
  const what = address === null ? host : `${host} (${address})`;
  return new VerbatimError(`${what} is not on the public internet; --allow-private fetches from it`);
}
