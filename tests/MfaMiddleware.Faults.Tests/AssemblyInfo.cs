using Xunit;

// Each takes all that the machine has.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
