/**
 * Reads a quote back from the line that was sent, by the description in src/discord/escape.ts alone and by
 * going through it character by character: it shares no code with the escaper.
 */
export function unescapeQuote(line: string): string {
  if (!line.startsWith('> ')) throw new Error('not a block quote');
  const breaks = ['', '\n', '\r\n', '\r', '\t', '\v', '\f', '\u0085', '\u2028', '\u2029'];
  let text = '';
  for (let i = 2; i < line.length; i++) {
    const char = line.charAt(i);
    if (char === '\\') {
      i++;
      text += line.charAt(i);
    } else if (char === '*' && line.charAt(i + 1) === '*') {
      i++;
    } else if (char === ' ') {
      let marks = 0;
      while (line.charAt(i + 1 + marks) === '\u200b') marks++;
      text += marks === 0 ? ' ' : breaks[marks];
      i += marks;
    } else if (char !== '\u2068' && char !== '\u2069') {
      text += char;
    }
  }
  return text;
}
