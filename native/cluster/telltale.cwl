#!/usr/bin/env cwl-runner
# One shard of the recordings in a folder, for any engine that speaks the Common Workflow Language:
#
#     cwltool native/cluster/telltale.cwl --folder holters --list files.txt --number 1 --of 4
#
# The paths in the list start with the folder's own name ("holters/a.hea"), so that results have
# the same names wherever the engine puts the folder. `telltale` must be on the path ($TELLTALE is
# kept with cwltool's --preserve-environment).
cwlVersion: v1.2
class: CommandLineTool
label: Find and name the heartbeats of ECG recordings
baseCommand: bash
requirements:
  InitialWorkDirRequirement:
    listing:
      - $(inputs.folder)
inputs:
  folder:
    type: Directory
    doc: The recordings.
  list:
    type: File
    doc: A path a line.
    inputBinding: {position: 2}
  number:
    type: int
    default: 1
    doc: Which of the shards.
    inputBinding: {position: 3}
  of:
    type: int
    default: 1
    doc: How many shards there are.
    inputBinding: {position: 4}
  options:
    type: string[]
    default: []
    doc: Those of telltale analyze.
    inputBinding: {position: 6}
  shard:
    type: File
    default: {class: File, location: shard}
    inputBinding: {position: 1}
arguments:
  - {position: 5, valueFrom: results}
outputs:
  results:
    type: Directory
    doc: A JSON file a recording, reports beside them, the manifest; telltale collect makes the table.
    outputBinding: {glob: results}
