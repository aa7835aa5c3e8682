import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress, parseAddress, resolveHost } from '../../../src/articles/import/address.ts';

describe('which addresses are public', () => {
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.0.3',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '4000::1',
    'not an address',
    '',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.0.1',
    '100.128.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::5',
  ])('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it('is never one of the ranges for own networks, whatever its last figures', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.tuple(fc.constantFrom(0, 10, 127), octet, octet, octet),
          fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
          fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
          fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
          fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
          fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
        ),
        (octets) => {
          expect(isPublicAddress(octets.join('.'))).toBe(false);
          expect(isPublicAddress(`::ffff:${octets.join('.')}`)).toBe(false);
        },
      ),
    );
  });
});

describe('the address of a page', () => {
  it.each([
    ['ftp://news.example/a', /only http and https/],
    ['file:///etc/passwd', /only http and https/],
    ['javascript:alert(1)', /only http and https/],
    ['http://', /not a valid web address/],
    ['https://user:secret@news.example/', /user name or password/],
  ])('%s is refused', (text, reason) => {
    expect(() => parseAddress(text)).toThrow(reason);
  });

  const never = async () => {
    throw new Error('looked up');
  };

  // However it is written, a number is the address it stands for.
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://a.localhost/',
    'http://printer.local/',
    'http://db.internal/',
    'http://１２７.0.0.1/',
  ])('%s is not on the public internet, and no name is looked up to see that', async (text) => {
    await expect(resolveHost(parseAddress(text), never, false)).rejects.toThrow(
      /not on the public internet; --allow-private/,
    );
  });

  it('is refused when one of several addresses of its name is private', async () => {
    const lookup = async () => [
      { address: '1.1.1.1', family: 4 },
      { address: '10.0.0.5', family: 4 },
    ];
    await expect(resolveHost(new URL('http://news.example/'), lookup, false)).rejects.toThrow(
      'news.example (10.0.0.5) is not on the public internet',
    );
    await expect(resolveHost(new URL('http://news.example/'), lookup, true)).resolves.toHaveLength(2);
  });

  it('is refused in one sentence when its name does not resolve', async () => {
    await expect(resolveHost(new URL('http://news.example/'), never, false)).rejects.toThrow(
      'the name news.example could not be resolved',
    );
    await expect(resolveHost(new URL('http://news.example/'), async () => [], false)).rejects.toThrow(
      'resolved',
    );
  });
});
