/// Allocations of this process so far; 0 where they cannot be counted.
long allocation_count(void);
