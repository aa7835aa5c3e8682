import { aboutCommand } from './about.ts';
import { askCommand } from './ask.ts';
import { briefCommand } from './brief.ts';
import type { Command } from './command.ts';
import { findCommand } from './find.ts';
import { helpCommand } from './help.ts';
import { settingsCommand } from './settings.ts';
import { sourceCommand } from './source.ts';
import { sourcesCommand } from './sources.ts';
import { timelineCommand } from './timeline.ts';
import { voiceCommand } from './voice.ts';
import { voicesCommand } from './voices.ts';

export const COMMANDS: readonly Command[] = [
  askCommand,
  findCommand,
  sourcesCommand,
  sourceCommand,
  voicesCommand,
  voiceCommand,
  timelineCommand,
  briefCommand,
  aboutCommand,
  helpCommand,
  settingsCommand,
];
