/**
 * What is counted as one client: an IPv4 address, or the /64 network of an IPv6 address, since every
 * home and every server has at least that many addresses.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  // A zone, such as `%eth0`, is no part of the address.
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const groups = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const isShortened = tail !== undefined;
  while (isShortened && groups.length + after.length < 8) groups.push('0');
  const network = [...groups, ...after].slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}
