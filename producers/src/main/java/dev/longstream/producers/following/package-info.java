/** What rollouts and evaluation both follow on the log: announced weights, and documents by digest. */
package dev.longstream.producers.following;
