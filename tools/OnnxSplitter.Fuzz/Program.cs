using OnnxSplitter.Fuzz;

// Usage: OnnxSplitter.Fuzz envelope|payload|npz|secrets|model|secured|corrections COUNT [SEED]
// Feeds a reader with COUNT mutated inputs; the first that it answers wrongly ends the program and lies in a file
// beside.    or: OnnxSplitter.Fuzz seeds READER FOLDER
// Writes what a reader's inputs are made out of, a file each.
//    or: OnnxSplitter.Fuzz covered READER
// Feeds a reader with what AFL++ gives, which covered.sh starts.
//    or: OnnxSplitter.Fuzz flips [STRIDE [COUNT [SEED]]]
// Flips every STRIDE-th (1) bit of a secrets file and COUNT (10 000) random ones of a model.
//    or: OnnxSplitter.Fuzz times COUNT [SEED]
// How long the command takes to refuse a flipped bit, by where it is.
//    or: OnnxSplitter.Fuzz kill protect|protect-data|protect-variants|rotate|recipients|restore|restore-data|keygen
// COUNT [SEED] Kills the command at COUNT random moments and looks at the files.
//    or: OnnxSplitter.Fuzz filter
// Puts this process behind a trusted process's filter of system calls, and tries what that must refuse.
//    or: OnnxSplitter.Fuzz memory
// Looks for plaintext and keys in this process's own memory, with the secrets open and after they were disposed.
return FuzzCommand.Run(args, Console.Out);
