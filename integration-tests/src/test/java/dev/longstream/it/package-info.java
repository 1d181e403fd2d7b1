/** The whole loop on a broker in the process with a tiny policy, and the rules of the architecture. */
package dev.longstream.it;
